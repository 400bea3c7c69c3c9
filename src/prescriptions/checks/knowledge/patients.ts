import type { Severity } from '../finding.js';
import type { Effect, Reach, Rule, SourceId, Term } from './knowledge.js';

/** What some medicines do at some ages; in completed months. */
export interface AgeRule extends Rule {
  of: readonly Term[];
  /** For whoever is younger. */
  under: number | null;
  /** For whoever is at least so old. */
  from: number | null;
}

/** What some medicines do in pregnancy, or to a child at the breast. */
export interface StateRule extends Rule {
  of: readonly Term[];
}

type More = { reach?: Reach; except?: string };
type AgeRow = readonly [of: string, under: number, severity: Severity, effect: Effect, source?: SourceId, more?: More];
type StateRow = readonly [of: string, severity: Severity, effect: Effect, source?: SourceId, more?: More];

const termsOf = (text: string): Term[] => text.split(' ').filter(Boolean);
const ruleOf = (of: string, severity: Severity, effect: Effect, source: SourceId, { reach = 'SYSTEMIC', except = '' }: More = {}): StateRule =>
  ({ of: termsOf(of), severity, effect, source, reach, except: termsOf(except) });
const YEAR = 12;

const young: readonly AgeRow[] = [
  ['acetylsalicylic-acid', 16 * YEAR, 'CONTRAINDICATED', 'reye', 'mhra'],
  ['@tetracyclines', 8 * YEAR, 'CONTRAINDICATED', 'teeth', 'label'],
  ['@tetracyclines', 12 * YEAR, 'SERIOUS', 'teeth', 'label'],
  ['codeine', 12 * YEAR, 'CONTRAINDICATED', 'breathing', 'fda'],
  ['codeine', 18 * YEAR, 'SERIOUS', 'breathing', 'fda'],
  ['tramadol', 12 * YEAR, 'CONTRAINDICATED', 'breathing', 'fda'],
  ['promethazine', 2 * YEAR, 'CONTRAINDICATED', 'breathing', 'fda'],
  ['prochlorperazine', 2 * YEAR, 'CONTRAINDICATED', 'movement'],
  ['@fluoroquinolones', 18 * YEAR, 'SERIOUS', 'cartilage'],
  ['loperamide', 2 * YEAR, 'CONTRAINDICATED', 'ileus', 'fda'],
  ['loperamide', 4 * YEAR, 'SERIOUS', 'ileus'],
  ['metoclopramide', YEAR, 'CONTRAINDICATED', 'movement', 'ema'],
  ['metoclopramide', 18 * YEAR, 'SERIOUS', 'movement', 'ema'],
  ['domperidone', 12 * YEAR, 'SERIOUS', 'heart', 'mhra'],
  ['dextromethorphan pseudoephedrine guaifenesin diphenhydramine', 6 * YEAR, 'SERIOUS', 'notForAge', 'mhra'],
  ['chlorphenamine', YEAR, 'SERIOUS', 'breathing'],
  ['ibuprofen', 3, 'SERIOUS', 'renal'],
  ['diclofenac', YEAR, 'SERIOUS', 'notForAge'],
  ['etoricoxib ketorolac meloxicam', 16 * YEAR, 'SERIOUS', 'notForAge'],
  ['aceclofenac celecoxib', 18 * YEAR, 'MODERATE', 'notForAge', 'label'],
  ['nitrofurantoin', 3, 'CONTRAINDICATED', 'haemolysis'],
  ['primaquine', 6, 'CONTRAINDICATED', 'haemolysis', 'who'],
  ['sulfamethoxazole', 2, 'CONTRAINDICATED', 'jaundice'],
  ['ceftriaxone', 1, 'SERIOUS', 'jaundice'],
  ['valproic-acid', 2 * YEAR, 'SERIOUS', 'liver'],
  ['isotretinoin', 12 * YEAR, 'CONTRAINDICATED', 'notForAge'],
  ['@ssris @snris @tricyclic-antidepressants mirtazapine', 18 * YEAR, 'SERIOUS', 'mood', 'fda'],
  ['zolpidem', 18 * YEAR, 'SERIOUS', 'notForAge'],
  ['finasteride dutasteride', 18 * YEAR, 'SERIOUS', 'notForAge'],
  ['salmeterol', 4 * YEAR, 'SERIOUS', 'notForAge', 'label', { reach: 'INHALED' }],
  ['albendazole mebendazole', YEAR, 'MODERATE', 'notForAge', 'who'],
  ['xylometazoline', 6 * YEAR, 'MODERATE', 'notForAge', 'mhra', { reach: 'ANY' }],
  ['brimonidine', 2 * YEAR, 'CONTRAINDICATED', 'breathing', 'label', { reach: 'ANY' }],
  ['permethrin', 2, 'MODERATE', 'notForAge', 'label', { reach: 'ANY' }],
];

const old: readonly AgeRow[] = [
  ['@benzodiazepines @z-hypnotics', 65 * YEAR, 'MODERATE', 'falls', 'beers'],
  ['promethazine chlorphenamine diphenhydramine hydroxyzine', 65 * YEAR, 'MODERATE', 'anticholinergic', 'beers'],
  ['amitriptyline trihexyphenidyl orphenadrine', 65 * YEAR, 'MODERATE', 'anticholinergic', 'beers'],
  ['glibenclamide glimepiride', 65 * YEAR, 'MODERATE', 'hypoglycaemia', 'beers'],
  ['indometacin ketorolac', 65 * YEAR, 'MODERATE', 'gut', 'beers'],
  ['@nsaids', 75 * YEAR, 'MODERATE', 'gut', 'beers', { except: 'acetylsalicylic-acid mesalazine sulfasalazine' }],
  ['@antipsychotics', 65 * YEAR, 'MODERATE', 'dementia', 'fda'],
  ['metoclopramide', 65 * YEAR, 'MODERATE', 'movement', 'beers'],
  ['pethidine', 65 * YEAR, 'MODERATE', 'seizures', 'beers'],
];

/** What is not for some ages. */
export const ageRules: readonly AgeRule[] = [
  ...young.map(([of, under, severity, effect, source = 'label', more]) => ({ ...ruleOf(of, severity, effect, source, more), under, from: null })),
  ...old.map(([of, from, severity, effect, source = 'label', more]) => ({ ...ruleOf(of, severity, effect, source, more), under: null, from })),
];

const pregnant: readonly StateRow[] = [
  ['isotretinoin', 'CONTRAINDICATED', 'malformation'],
  ['methotrexate', 'CONTRAINDICATED', 'malformation'],
  ['valproic-acid', 'CONTRAINDICATED', 'malformation', 'mhra'],
  ['warfarin', 'CONTRAINDICATED', 'malformation'],
  ['@ace-inhibitors @arbs sacubitril', 'CONTRAINDICATED', 'fetalKidney'],
  ['misoprostol', 'CONTRAINDICATED', 'abortion'],
  ['finasteride dutasteride letrozole', 'CONTRAINDICATED', 'malformation'],
  ['@oestrogens @glp1-agonists clomifene', 'CONTRAINDICATED', 'noUse'],
  ['norethisterone medroxyprogesterone levonorgestrel', 'SERIOUS', 'noUse'],
  ['primaquine', 'CONTRAINDICATED', 'haemolysis', 'who'],
  ['@statins', 'SERIOUS', 'littleKnown', 'fda'],
  ['@tetracyclines', 'SERIOUS', 'teeth'],
  ['@fluoroquinolones', 'SERIOUS', 'cartilage'],
  ['@nsaids', 'SERIOUS', 'ductus', 'fda', { except: 'acetylsalicylic-acid mesalazine sulfasalazine salicylic-acid' }],
  ['acetylsalicylic-acid', 'MODERATE', 'ductus', 'fda'],
  ['topiramate', 'SERIOUS', 'malformation', 'ema'],
  ['carbamazepine phenytoin phenobarbital', 'SERIOUS', 'malformation', 'mhra'],
  ['lithium-carbonate', 'SERIOUS', 'malformation'],
  ['carbimazole', 'SERIOUS', 'malformation', 'mhra'],
  ['propylthiouracil', 'MODERATE', 'thyroid'],
  ['amiodarone', 'SERIOUS', 'thyroid'],
  ['@aminoglycosides', 'SERIOUS', 'hearing'],
  ['fluconazole itraconazole', 'SERIOUS', 'malformation', 'fda'],
  ['albendazole', 'SERIOUS', 'malformation'],
  ['mebendazole ivermectin', 'MODERATE', 'littleKnown'],
  ['retinol', 'SERIOUS', 'malformation', 'who'],
  ['adapalene', 'MODERATE', 'littleKnown', 'ema', { reach: 'ANY' }],
  ['trimethoprim', 'SERIOUS', 'folate'],
  ['sulfamethoxazole', 'SERIOUS', 'jaundice'],
  ['silver-sulfadiazine', 'MODERATE', 'jaundice', 'label', { reach: 'ANY' }],
  ['nitrofurantoin', 'MODERATE', 'haemolysis'],
  ['atenolol', 'SERIOUS', 'growth'],
  ['@beta-blockers', 'MODERATE', 'growth', 'label', { except: 'atenolol labetalol timolol' }],
  ['spironolactone', 'SERIOUS', 'malformation'],
  ['@thiazides @loop-diuretics', 'MODERATE', 'growth'],
  ['@sglt2-inhibitors', 'SERIOUS', 'fetalKidney'],
  ['@sulfonylureas', 'MODERATE', 'newborn'],
  ['rivaroxaban apixaban dabigatran-etexilate', 'SERIOUS', 'bleeding'],
  ['@bisphosphonates', 'SERIOUS', 'littleKnown'],
  ['@benzodiazepines @z-hypnotics', 'MODERATE', 'newborn'],
  ['paroxetine', 'SERIOUS', 'malformation'],
  ['@ssris @snris', 'MODERATE', 'newborn', 'mhra', { except: 'paroxetine' }],
  ['@opioids', 'MODERATE', 'newborn'],
  ['azathioprine colchicine febuxostat clarithromycin', 'MODERATE', 'littleKnown'],
  ['povidone-iodine', 'MODERATE', 'thyroid', 'label', { reach: 'ANY' }],
];

/** What is not for pregnant women. */
export const pregnancyRules: readonly StateRule[] = pregnant.map(([of, severity, effect, source = 'label', more]) => ruleOf(of, severity, effect, source, more));

const nursing: readonly StateRow[] = [
  ['methotrexate isotretinoin letrozole', 'CONTRAINDICATED', 'milk'],
  ['codeine tramadol', 'SERIOUS', 'breathing', 'fda'],
  ['lithium-carbonate amiodarone', 'SERIOUS', 'milk'],
  ['acetylsalicylic-acid', 'SERIOUS', 'reye'],
  ['phenobarbital', 'SERIOUS', 'milk'],
  ['@statins', 'SERIOUS', 'milk'],
  ['tinidazole', 'SERIOUS', 'milk'],
  ['primaquine', 'SERIOUS', 'haemolysis', 'who'],
  ['cabergoline', 'SERIOUS', 'lessMilk'],
  ['@oestrogens pseudoephedrine', 'MODERATE', 'lessMilk'],
  ['@tetracyclines', 'MODERATE', 'teeth'],
  ['@fluoroquinolones', 'MODERATE', 'cartilage'],
  ['@benzodiazepines', 'MODERATE', 'milk'],
  ['pethidine morphine tapentadol', 'MODERATE', 'breathing'],
  ['valproic-acid lamotrigine atenolol', 'MODERATE', 'milk'],
  ['sulfamethoxazole nitrofurantoin', 'MODERATE', 'jaundice'],
  ['metronidazole', 'MINOR', 'milk'],
];

/** What is not for women who breast-feed. */
export const breastfeedingRules: readonly StateRule[] = nursing.map(([of, severity, effect, source = 'lactation', more]) => ruleOf(of, severity, effect, source, more));
