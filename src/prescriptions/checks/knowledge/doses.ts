import type { Severity } from '../finding.js';
import type { SourceId } from './knowledge.js';

/** By which way a dose range holds: by mouth, by any way into the whole body, or by injection. */
export type DoseWay = 'MOUTH' | 'SYSTEMIC' | 'INJECTED';

/** The most of an ingredient at once and in a day, in mg for whoever is twelve or older, in mg/kg for who is younger; null where nothing is published that holds in general. */
export interface DoseRange {
  ingredient: string;
  way: DoseWay;
  single: number | null;
  daily: number | null;
  childSingle: number | null;
  childDaily: number | null;
  severity: Severity;
  source: SourceId;
}

/** What is never taken every day: from so many mg at once on, at least so many days apart. */
export interface SpacingRule {
  ingredient: string;
  fromMg: number;
  days: number;
}

/** Whoever is younger, in months, has a dose by weight. */
export const CHILD_UNDER_MONTHS = 12 * 12;

type Row = readonly [ingredient: string, single: number | null, daily: number | null, childSingle?: number | null, childDaily?: number | null];

const by = (way: DoseWay, source: SourceId, severity: Severity, rows: readonly Row[]): DoseRange[] =>
  rows.map(([ingredient, single, daily, childSingle = null, childDaily = null]) => ({ ingredient, way, single, daily, childSingle, childDaily, severity, source }));

/** Dose ranges, of labels for adults in general; renal function is not looked at. */
export const doseRanges: readonly DoseRange[] = [
  ...by('SYSTEMIC', 'label', 'SERIOUS', [
    ['paracetamol', 1000, 4000, 15, 75],
    ['diclofenac', null, 150, null, 3],
    ['tramadol', 100, 400],
    ['ondansetron', 24, 32, 0.15],
    ['metoclopramide', 10, 30, 0.15, 0.5],
    ['domperidone', 10, 30, null, 0.75],
    ['haloperidol', null, 20],
    ['diazepam', null, 60],
  ]),
  ...by('MOUTH', 'label', 'SERIOUS', [
    // Pain
    ['ibuprofen', 800, 2400, 10, 40], ['aceclofenac', 100, 200], ['naproxen', 750, 1250, null, 15], ['ketoprofen', 200, 300], ['ketorolac', 20, 40], ['indometacin', null, 200], ['meloxicam', 15, 15], ['piroxicam', 20, 20],
    ['mefenamic-acid', 500, 1500], ['celecoxib', 400, 400], ['etoricoxib', 120, 120], ['acetylsalicylic-acid', 1000, 4000], ['codeine', 60, 240], ['tapentadol', 100, 600], ['sumatriptan', 100, 300],
    ['allopurinol', null, 900], ['febuxostat', 120, 120], ['colchicine', 1.2, 2.4], ['baclofen', null, 100], ['tizanidine', null, 36], ['tolperisone', null, 450], ['eperisone', null, 150], ['orphenadrine', null, 400],
    // Infections
    ['amoxicillin', 3000, 6000, null, 90], ['ampicillin', 1000, 4000, null, 100], ['flucloxacillin', 1000, 4000, null, 100], ['cloxacillin', 1000, 4000, null, 100], ['cefalexin', 1500, 6000, null, 100],
    ['cefradine', 1000, 4000, null, 100], ['cefadroxil', 2000, 2000, null, 50], ['cefaclor', 1000, 4000, null, 40], ['cefuroxime', 1000, 1000, null, 30], ['cefixime', 400, 400, null, 20], ['cefpodoxime', 400, 800, null, 10],
    ['cefdinir', 600, 600, null, 14], ['azithromycin', 2000, 2000, null, 30], ['clarithromycin', 1000, 1000, null, 15], ['erythromycin', 1000, 4000, null, 50], ['ciprofloxacin', 1000, 1500, null, 40],
    ['levofloxacin', 750, 1000, null, 20], ['moxifloxacin', 400, 400], ['ofloxacin', 400, 800], ['doxycycline', 300, 300, null, 4.4], ['tetracycline', 500, 2000], ['clindamycin', 450, 1800, null, 40],
    ['trimethoprim', 320, 640, null, 12], ['sulfamethoxazole', 1600, 3200, null, 60], ['nitrofurantoin', 100, 400, null, 7], ['metronidazole', 2400, 4000, null, 50], ['tinidazole', 2000, 2000, null, 75],
    ['secnidazole', 2000, 2000, null, 30], ['nitazoxanide', 500, 1000], ['linezolid', 600, 1200, null, 30], ['rifampicin', 600, 1200, null, 20], ['fluconazole', 800, 800, null, 12], ['itraconazole', null, 600],
    ['terbinafine', 250, 250], ['aciclovir', 800, 4000, null, 80], ['valaciclovir', 2000, 4000], ['oseltamivir', 150, 150, null, 6], ['entecavir', 1, 1], ['albendazole', 400, 800, null, 15], ['hydroxychloroquine', 800, 1200],
    // Stomach and bowels
    ['omeprazole', null, 120], ['esomeprazole', null, 240], ['pantoprazole', null, 240], ['rabeprazole', null, 120], ['lansoprazole', null, 180], ['hyoscine-butylbromide', 20, 100], ['mebeverine', null, 405],
    ['loperamide', 4, 16], ['racecadotril', 100, 400, 1.5, 6],
    // Heart and vessels
    ['amlodipine', 10, 10], ['nifedipine', null, 120], ['cilnidipine', 20, 20], ['diltiazem', null, 540], ['verapamil', null, 480], ['losartan', 150, 150], ['valsartan', 320, 320], ['olmesartan', 40, 40], ['telmisartan', 80, 80],
    ['candesartan', 32, 32], ['enalapril', 40, 40], ['ramipril', 20, 20], ['lisinopril', 80, 80], ['captopril', 150, 450], ['perindopril', 16, 16], ['atenolol', 200, 200], ['bisoprolol', 20, 20], ['metoprolol', null, 400],
    ['propranolol', null, 640], ['carvedilol', 50, 100], ['nebivolol', 40, 40], ['labetalol', null, 2400], ['methyldopa', null, 3000, null, 65], ['prazosin', null, 20], ['furosemide', null, 600, null, 6], ['torasemide', null, 200],
    ['hydrochlorothiazide', 100, 200], ['indapamide', 5, 5], ['spironolactone', null, 400], ['eplerenone', null, 50], ['atorvastatin', 80, 80], ['rosuvastatin', 40, 40], ['simvastatin', 80, 80], ['pitavastatin', 4, 4],
    ['gemfibrozil', 900, 1500], ['ezetimibe', 10, 10], ['ticagrelor', 180, 270], ['rivaroxaban', 20, 30], ['apixaban', 10, 20], ['dabigatran-etexilate', 220, 300], ['digoxin', null, 0.5], ['ivabradine', 7.5, 15],
    ['trimetazidine', null, 80], ['ranolazine', 1000, 2000], ['sildenafil', 100, 100], ['tadalafil', 40, 40], ['tranexamic-acid', 1500, 4500], ['isosorbide-mononitrate', null, 240],
    // Glands and metabolism
    ['metformin', 2000, 3000], ['gliclazide', 160, 320], ['glimepiride', 8, 8], ['glibenclamide', 10, 20], ['sitagliptin', 100, 100], ['vildagliptin', 50, 100], ['linagliptin', 5, 5], ['empagliflozin', 25, 25], ['dapagliflozin', 10, 10],
    ['pioglitazone', 45, 45], ['levothyroxine', 0.3, 0.3], ['carbimazole', null, 60], ['propylthiouracil', null, 1200], ['letrozole', 2.5, 2.5], ['clomifene', 100, 100],
    // Airways and allergy
    ['salbutamol', 8, 32], ['doxofylline', 400, 1200], ['montelukast', 10, 10], ['dextromethorphan', 30, 120], ['guaifenesin', 400, 2400], ['pseudoephedrine', 60, 240], ['chlorphenamine', 4, 24], ['promethazine', 50, 100],
    ['diphenhydramine', 50, 300], ['hydroxyzine', 100, 100], ['ketotifen', 2, 4], ['ambroxol', null, 120], ['bromhexine', 16, 48],
    // Nerves and mind
    ['clonazepam', null, 20], ['alprazolam', null, 10], ['lorazepam', null, 10], ['clobazam', null, 80], ['zolpidem', 10, 10], ['midazolam', 15, 15], ['amitriptyline', null, 300], ['nortriptyline', null, 150], ['sertraline', 200, 200],
    ['escitalopram', 20, 20], ['fluoxetine', 80, 80], ['paroxetine', 60, 60], ['venlafaxine', null, 375], ['duloxetine', 120, 120], ['mirtazapine', 45, 45], ['olanzapine', 20, 20], ['quetiapine', null, 800], ['risperidone', null, 16],
    ['carbamazepine', null, 2000, null, 35], ['oxcarbazepine', null, 2400, null, 60], ['valproic-acid', null, 2500, null, 60], ['levetiracetam', 1500, 3000, null, 60], ['lamotrigine', null, 700], ['gabapentin', 1200, 3600],
    ['pregabalin', 300, 600], ['trihexyphenidyl', null, 20], ['procyclidine', null, 30], ['donepezil', 23, 23], ['betahistine', 24, 48], ['cinnarizine', 75, 225], ['flunarizine', 10, 10],
    // Water and joints
    ['tamsulosin', 0.8, 0.8], ['finasteride', 5, 5], ['dutasteride', 0.5, 0.5], ['solifenacin', 10, 10], ['mirabegron', 50, 50], ['flavoxate', 200, 800], ['methotrexate', 30, 30], ['sulfasalazine', 2000, 8000],
  ]),
  // Guidelines give more than the label for hives that stay.
  ...by('MOUTH', 'label', 'MODERATE', [
    ['cetirizine', 10, 10], ['levocetirizine', 5, 5], ['loratadine', 10, 10], ['desloratadine', 5, 5], ['fexofenadine', 180, 180], ['rupatadine', 10, 10], ['bilastine', 20, 20],
  ]),
  ...by('INJECTED', 'label', 'SERIOUS', [
    ['ceftriaxone', 4000, 4000, null, 100], ['ceftazidime', 3000, 9000, null, 150], ['cefotaxime', 3000, 12000, null, 200], ['cefuroxime', 1500, 6000, null, 100], ['meropenem', 2000, 6000, null, 120], ['ketorolac', 60, 120],
    ['furosemide', null, 1500],
  ]),
];

/** What is never taken every day; an overdose of methotrexate that was taken daily kills. */
export const spacingRules: readonly SpacingRule[] = [
  { ingredient: 'methotrexate', fromMg: 0, days: 7 },
  { ingredient: 'alendronic-acid', fromMg: 35, days: 7 },
  { ingredient: 'ibandronic-acid', fromMg: 100, days: 28 },
];
