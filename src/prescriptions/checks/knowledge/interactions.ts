import type { Severity } from '../finding.js';
import type { Effect, Reach, Rule, SourceId, Term } from './knowledge.js';

/** Two medicines, each of any of these terms, that do not go together. */
export interface InteractionRule extends Rule {
  one: readonly Term[];
  other: readonly Term[];
}

type Row = readonly [one: string, other: string, severity: Severity, effect: Effect, source?: SourceId, more?: { reach?: Reach; except?: string }];

const termsOf = (text: string): Term[] => text.split(' ').filter(Boolean);
const NOT_FOR_PAIN = 'mesalazine sulfasalazine salicylic-acid';
const CYP3A4 = 'clarithromycin itraconazole';

const rows: readonly Row[] = [
  // Bleeding
  ['@anticoagulants', '@nsaids', 'SERIOUS', 'bleeding', 'label', { except: NOT_FOR_PAIN }],
  ['@anticoagulants', '@antiplatelets', 'SERIOUS', 'bleeding'],
  ['@anticoagulants', '@anticoagulants', 'SERIOUS', 'bleeding'],
  ['@antiplatelets', '@nsaids', 'SERIOUS', 'bleeding', 'label', { except: '@salicylates' }],
  ['acetylsalicylic-acid', '@nsaids', 'SERIOUS', 'bleeding', 'label', { except: NOT_FOR_PAIN }],
  ['@antiplatelets', '@antiplatelets', 'MODERATE', 'bleeding'],
  ['@ssris @snris', '@nsaids', 'MODERATE', 'bleeding', 'label', { except: NOT_FOR_PAIN }],
  ['@ssris @snris', '@bleeding-risk', 'MODERATE', 'bleeding'],
  ['ticagrelor', CYP3A4, 'CONTRAINDICATED', 'bleeding'],
  ['apixaban rivaroxaban', 'itraconazole', 'SERIOUS', 'bleeding'],
  ['dabigatran-etexilate', 'itraconazole', 'CONTRAINDICATED', 'bleeding'],
  ['dabigatran-etexilate', 'verapamil amiodarone clarithromycin', 'MODERATE', 'bleeding'],
  ['warfarin', 'metronidazole tinidazole', 'SERIOUS', 'inr'],
  ['warfarin', 'sulfamethoxazole', 'SERIOUS', 'inr'],
  ['warfarin', 'fluconazole', 'SERIOUS', 'inr'],
  ['warfarin', 'miconazole', 'SERIOUS', 'inr', 'mhra', { reach: 'ANY' }],
  ['warfarin', 'itraconazole', 'SERIOUS', 'inr'],
  ['warfarin', 'amiodarone', 'SERIOUS', 'inr'],
  ['warfarin', 'clarithromycin erythromycin', 'SERIOUS', 'inr'],
  ['warfarin', 'azithromycin', 'MODERATE', 'inr'],
  ['warfarin', '@fluoroquinolones', 'MODERATE', 'inr'],
  ['warfarin', '@fibrates', 'SERIOUS', 'inr'],
  ['warfarin', 'tramadol', 'MODERATE', 'inr', 'mhra'],
  ['warfarin', 'levothyroxine', 'MODERATE', 'inr'],
  ['warfarin', 'rosuvastatin simvastatin', 'MODERATE', 'inr'],
  ['warfarin', 'allopurinol', 'MODERATE', 'inr'],
  ['warfarin', 'paracetamol', 'MINOR', 'inr'],
  ['warfarin', '@cyp-inducers', 'SERIOUS', 'inrFalls'],
  ['apixaban rivaroxaban dabigatran-etexilate', '@cyp-inducers', 'SERIOUS', 'losesEffect'],
  ['ticagrelor', '@cyp-inducers', 'SERIOUS', 'losesEffect'],
  ['clopidogrel', 'omeprazole esomeprazole', 'SERIOUS', 'losesEffect', 'fda'],
  ['tranexamic-acid', '@oestrogens', 'SERIOUS', 'thrombosis'],
  // Pressure, potassium, kidneys
  ['@nitrates', '@pde5-inhibitors', 'CONTRAINDICATED', 'hypotension'],
  ['@alpha-blockers', '@pde5-inhibitors', 'MODERATE', 'hypotension'],
  ['@pde5-inhibitors', 'clarithromycin erythromycin itraconazole', 'SERIOUS', 'hypotension'],
  ['@dihydropyridines', 'clarithromycin erythromycin', 'MODERATE', 'hypotension'],
  ['tamsulosin', CYP3A4, 'MODERATE', 'hypotension'],
  ['tizanidine', 'ciprofloxacin', 'CONTRAINDICATED', 'hypotension'],
  ['@raas-blockers', '@potassium-sparing-diuretics', 'SERIOUS', 'potassium'],
  ['@raas-blockers', '@potassium-raising', 'SERIOUS', 'potassium'],
  ['@raas-blockers', 'trimethoprim', 'SERIOUS', 'potassium'],
  ['@potassium-sparing-diuretics', 'trimethoprim', 'SERIOUS', 'potassium'],
  ['@potassium-sparing-diuretics', '@potassium-raising', 'CONTRAINDICATED', 'potassium'],
  ['@potassium-sparing-diuretics', '@potassium-sparing-diuretics', 'SERIOUS', 'potassium'],
  ['eplerenone', CYP3A4, 'CONTRAINDICATED', 'potassium'],
  ['@ace-inhibitors', '@arbs', 'SERIOUS', 'dualRaas', 'ema'],
  ['sacubitril', '@ace-inhibitors', 'CONTRAINDICATED', 'angioedema'],
  ['@raas-blockers', '@nsaids', 'MODERATE', 'renal', 'label', { except: `${NOT_FOR_PAIN} acetylsalicylic-acid` }],
  ['@diuretics', '@nsaids', 'MODERATE', 'renal', 'label', { except: `${NOT_FOR_PAIN} acetylsalicylic-acid` }],
  ['@aminoglycosides', '@nsaids', 'MODERATE', 'renal', 'label', { except: NOT_FOR_PAIN }],
  ['@aminoglycosides', '@loop-diuretics', 'SERIOUS', 'hearing'],
  ['@sympathomimetics', '@beta-blockers', 'MODERATE', 'hypertension'],
  ['@sympathomimetics', 'linezolid', 'SERIOUS', 'hypertension'],
  ['@glitazones', '@insulins', 'MODERATE', 'heartFailure'],
  ['@corticosteroids', '@loop-diuretics @thiazides', 'MINOR', 'potassiumFalls'],
  // Lithium, methotrexate, azathioprine
  ['lithium-carbonate', '@nsaids', 'SERIOUS', 'lithium', 'label', { except: '@salicylates' }],
  ['lithium-carbonate', '@thiazides', 'SERIOUS', 'lithium'],
  ['lithium-carbonate', '@raas-blockers', 'SERIOUS', 'lithium'],
  ['lithium-carbonate', '@loop-diuretics', 'MODERATE', 'lithium'],
  ['lithium-carbonate', 'metronidazole', 'MODERATE', 'lithium'],
  ['methotrexate', 'trimethoprim', 'CONTRAINDICATED', 'methotrexate'],
  ['methotrexate', 'sulfamethoxazole', 'CONTRAINDICATED', 'methotrexate'],
  ['methotrexate', '@nsaids', 'SERIOUS', 'methotrexate', 'label', { except: NOT_FOR_PAIN }],
  ['methotrexate', '@penicillins', 'SERIOUS', 'methotrexate'],
  ['methotrexate', '@proton-pump-inhibitors', 'MODERATE', 'methotrexate'],
  ['methotrexate', 'ciprofloxacin', 'MODERATE', 'methotrexate'],
  ['methotrexate', 'isotretinoin', 'SERIOUS', 'liver'],
  ['azathioprine', 'allopurinol', 'SERIOUS', 'marrow'],
  ['azathioprine', 'febuxostat', 'CONTRAINDICATED', 'marrow'],
  // Statins and colchicine
  ['simvastatin', 'clarithromycin erythromycin itraconazole', 'CONTRAINDICATED', 'muscle'],
  ['simvastatin', 'gemfibrozil', 'CONTRAINDICATED', 'muscle'],
  ['@statins', 'gemfibrozil', 'SERIOUS', 'muscle'],
  ['@statins', 'fenofibrate', 'MODERATE', 'muscle'],
  ['@statins', 'colchicine', 'MODERATE', 'muscle'],
  ['atorvastatin', CYP3A4, 'SERIOUS', 'muscle'],
  ['atorvastatin', 'erythromycin', 'MODERATE', 'muscle'],
  ['simvastatin', 'amlodipine', 'MODERATE', 'muscle', 'fda'],
  ['simvastatin', 'diltiazem verapamil amiodarone', 'SERIOUS', 'muscle', 'fda'],
  ['simvastatin', 'ranolazine', 'MODERATE', 'muscle'],
  ['simvastatin', 'fluconazole', 'MODERATE', 'muscle'],
  ['colchicine', 'clarithromycin erythromycin itraconazole', 'SERIOUS', 'levelRises'],
  ['colchicine', 'verapamil diltiazem', 'MODERATE', 'levelRises'],
  // Nerves and mind
  ['linezolid', '@ssris @snris @tricyclic-antidepressants @triptans pethidine', 'CONTRAINDICATED', 'serotonin'],
  ['linezolid', '@serotonergics', 'SERIOUS', 'serotonin'],
  ['tramadol pethidine tapentadol', '@ssris @snris @tricyclic-antidepressants mirtazapine', 'SERIOUS', 'serotonin'],
  ['@serotonergics', '@serotonergics', 'MODERATE', 'serotonin'],
  ['tramadol', '@ssris @tricyclic-antidepressants', 'MODERATE', 'seizures'],
  ['@opioids', '@benzodiazepines @z-hypnotics @gabapentinoids @barbiturates', 'SERIOUS', 'sedation', 'fda'],
  ['@cns-depressants', '@cns-depressants', 'MODERATE', 'sedation'],
  ['midazolam alprazolam', 'clarithromycin erythromycin itraconazole', 'SERIOUS', 'sedation'],
  ['quetiapine', 'clarithromycin erythromycin itraconazole', 'CONTRAINDICATED', 'levelRises'],
  ['quetiapine', '@cyp-inducers', 'SERIOUS', 'losesEffect'],
  ['@dopaminergics', '@dopamine-antagonists', 'SERIOUS', 'opposed', 'label', { except: 'domperidone' }],
  ['@dopaminergics', '@antipsychotics', 'SERIOUS', 'opposed'],
  ['metoclopramide prochlorperazine', '@antipsychotics', 'SERIOUS', 'movement'],
  ['@anticholinergics', '@anticholinergics', 'MODERATE', 'anticholinergic'],
  ['@anticholinergics', '@cholinesterase-inhibitors', 'MODERATE', 'opposed'],
  ['valproic-acid', '@carbapenems', 'SERIOUS', 'seizures'],
  ['valproic-acid', 'lamotrigine', 'SERIOUS', 'rash'],
  ['carbamazepine', 'clarithromycin erythromycin', 'SERIOUS', 'levelRises'],
  ['carbamazepine', 'isoniazid diltiazem verapamil', 'MODERATE', 'levelRises'],
  ['carbamazepine', '@azole-antifungals', 'MODERATE', 'levelRises'],
  ['phenytoin', 'fluconazole', 'SERIOUS', 'levelRises'],
  ['phenytoin', 'isoniazid amiodarone metronidazole valproic-acid', 'MODERATE', 'levelRises'],
  ['@cyp-inducers', 'lamotrigine', 'MODERATE', 'losesEffect'],
  ['codeine', 'paroxetine fluoxetine', 'MODERATE', 'losesEffect'],
  // Heart
  ['amiodarone haloperidol domperidone escitalopram moxifloxacin clarithromycin erythromycin', '@qt-prolonging', 'SERIOUS', 'qt', 'qt'],
  ['domperidone', 'clarithromycin erythromycin fluconazole itraconazole', 'CONTRAINDICATED', 'qt', 'ema'],
  ['@qt-prolonging', '@qt-prolonging', 'MODERATE', 'qt', 'qt'],
  ['ivabradine ranolazine', CYP3A4, 'CONTRAINDICATED', 'levelRises'],
  ['ivabradine', 'diltiazem verapamil', 'CONTRAINDICATED', 'bradycardia', 'ema'],
  ['@beta-blockers', 'verapamil', 'SERIOUS', 'bradycardia', 'label', { reach: 'ANY' }],
  ['@beta-blockers', 'diltiazem', 'SERIOUS', 'bradycardia', 'label', { reach: 'ANY' }],
  ['@beta-blockers', 'digoxin amiodarone @cholinesterase-inhibitors', 'MODERATE', 'bradycardia'],
  ['amiodarone', 'verapamil diltiazem', 'SERIOUS', 'bradycardia'],
  ['metoprolol', 'paroxetine fluoxetine', 'MODERATE', 'bradycardia'],
  ['digoxin', 'amiodarone verapamil clarithromycin itraconazole', 'SERIOUS', 'digoxin'],
  ['digoxin', 'erythromycin diltiazem spironolactone', 'MODERATE', 'digoxin'],
  ['digoxin', '@loop-diuretics @thiazides', 'MODERATE', 'digoxin'],
  ['propranolol carvedilol labetalol timolol', '@beta2-agonists', 'SERIOUS', 'airways', 'label', { reach: 'ANY' }],
  ['@beta-blockers', '@beta2-agonists', 'MODERATE', 'airways', 'label', { reach: 'ANY' }],
  // Sugar
  ['@beta-blockers', '@insulins @sulfonylureas', 'MODERATE', 'hypoglycaemia'],
  ['@sulfonylureas', 'fluconazole sulfamethoxazole clarithromycin', 'MODERATE', 'hypoglycaemia'],
  ['@insulins', '@sulfonylureas', 'MODERATE', 'hypoglycaemia'],
  ['@fluoroquinolones', '@insulins @sulfonylureas', 'MODERATE', 'hypoglycaemia', 'fda'],
  ['gemfibrozil', 'pioglitazone', 'MODERATE', 'levelRises'],
  ['@sulfonylureas', 'rifampicin', 'MODERATE', 'losesEffect'],
  ['@corticosteroids', '@glucose-lowering', 'MINOR', 'hyperglycaemia'],
  // Absorption
  ['@fluoroquinolones @tetracyclines', '@polyvalent-cations', 'MODERATE', 'absorption'],
  ['levothyroxine', '@polyvalent-cations', 'MODERATE', 'absorption'],
  ['@bisphosphonates', '@polyvalent-cations', 'MODERATE', 'absorption'],
  ['cefdinir levodopa', 'ferrous-sulfate ferrous-fumarate', 'MODERATE', 'absorption'],
  ['itraconazole', '@acid-suppressants aluminium-hydroxide magnesium-hydroxide', 'MODERATE', 'absorption'],
  // Infections
  ['@tetracyclines', 'isotretinoin', 'CONTRAINDICATED', 'intracranial'],
  ['isotretinoin', 'retinol', 'CONTRAINDICATED', 'vitaminA'],
  ['theophylline', 'ciprofloxacin', 'SERIOUS', 'levelRises'],
  ['theophylline', 'erythromycin clarithromycin', 'SERIOUS', 'levelRises'],
  ['theophylline', '@cyp-inducers', 'MODERATE', 'losesEffect'],
  ['itraconazole', '@cyp-inducers', 'SERIOUS', 'losesEffect'],
  ['fluconazole', 'rifampicin', 'MODERATE', 'losesEffect'],
  ['doxycycline', '@cyp-inducers', 'MODERATE', 'losesEffect'],
  ['@corticosteroids', '@fluoroquinolones', 'MODERATE', 'tendon', 'fda'],
  ['allopurinol', 'amoxicillin ampicillin', 'MINOR', 'minorRash'],
  // Hormones
  ['@oestrogens @progestogens', '@cyp-inducers', 'SERIOUS', 'contraception', 'mhra'],
  ['@oestrogens', 'topiramate', 'MODERATE', 'contraception', 'mhra'],
  ['@oestrogens', 'lamotrigine', 'MODERATE', 'seizures'],
  ['budesonide fluticasone', 'itraconazole clarithromycin', 'MODERATE', 'steroid', 'label', { reach: 'INHALED' }],
  ['@corticosteroids', '@cyp-inducers', 'MODERATE', 'losesEffect'],
  ['@dihydropyridines', '@cyp-inducers', 'MODERATE', 'losesEffect'],
  ['simvastatin atorvastatin', '@cyp-inducers', 'MODERATE', 'losesEffect'],
  ['@corticosteroids', '@nsaids', 'MODERATE', 'gut', 'label', { except: NOT_FOR_PAIN }],
  ['@bisphosphonates', '@nsaids', 'MODERATE', 'gut', 'label', { except: NOT_FOR_PAIN }],
  ['misoprostol', 'oxytocin', 'SERIOUS', 'uterus'],
];

/** Medicines that do not go together. */
export const interactionRules: readonly InteractionRule[] = rows.map(([one, other, severity, effect, source = 'label', more = {}]): InteractionRule => {
  const { reach = 'SYSTEMIC', except = '' } = more;
  return { one: termsOf(one), other: termsOf(other), severity, effect, source, reach, except: termsOf(except) };
});

/** Classes of which a patient is hardly ever meant to have two, and how much it weighs when they do. */
export const sameClassRules: ReadonlyArray<Pick<Rule, 'severity' | 'reach' | 'except'> & { class: string; of: readonly Term[] }> = [
  ...['nsaids', 'ace-inhibitors', 'arbs', 'anticoagulants', 'pde5-inhibitors', 'opioids', 'sulfonylureas', 'statins', 'fluoroquinolones', 'macrolides'].map((each) => ({ class: each, severity: 'SERIOUS' as const })),
  ...['beta-blockers', 'dihydropyridines', 'benzodiazepines', 'proton-pump-inhibitors', 'h2-blockers', 'penicillins', 'cephalosporins', 'tetracyclines', 'ssris', 'antipsychotics', 'antihistamines',
    'sedating-antihistamines', 'corticosteroids', 'dpp4-inhibitors', 'sglt2-inhibitors', 'setrons', 'bisphosphonates', 'xanthines', 'gabapentinoids', 'muscle-relaxants', 'thiazides', 'loop-diuretics']
    .map((each) => ({ class: each, severity: 'MODERATE' as const })),
].map((rule) => ({ ...rule, of: [`@${rule.class}`], reach: 'SYSTEMIC', except: rule.class === 'nsaids' ? termsOf(`${NOT_FOR_PAIN} acetylsalicylic-acid`) : rule.class === 'xanthines' ? ['caffeine'] : [] }));
