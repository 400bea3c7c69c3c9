import type { Severity } from '../finding.js';
import type { Term } from './knowledge.js';

/** Classes of which whoever is allergic to one member must be expected to react to the others. */
export const crossReactiveClasses: Readonly<Record<string, Severity>> = {
  penicillins: 'CONTRAINDICATED', cephalosporins: 'SERIOUS', carbapenems: 'SERIOUS', macrolides: 'SERIOUS', fluoroquinolones: 'SERIOUS', tetracyclines: 'SERIOUS', aminoglycosides: 'SERIOUS',
  lincosamides: 'SERIOUS', 'sulfonamide-antimicrobials': 'CONTRAINDICATED', nitroimidazoles: 'SERIOUS', 'azole-antifungals': 'MODERATE', nsaids: 'SERIOUS', salicylates: 'CONTRAINDICATED',
  'local-anaesthetics': 'SERIOUS', 'aromatic-antiepileptics': 'SERIOUS', opioids: 'MODERATE', phenothiazines: 'SERIOUS', 'ace-inhibitors': 'CONTRAINDICATED', statins: 'MODERATE',
  'proton-pump-inhibitors': 'SERIOUS', 'h2-blockers': 'MODERATE', insulins: 'MODERATE', corticosteroids: 'MODERATE', triptans: 'SERIOUS', setrons: 'SERIOUS', sulfonylureas: 'SERIOUS',
};

/** Classes between which reactions cross; `severe` holds for whoever reacted severely. */
export const crossClasses: ReadonlyArray<{ one: string; other: string; severity: Severity; severe: Severity }> = [
  { one: 'penicillins', other: 'cephalosporins', severity: 'MODERATE', severe: 'SERIOUS' },
  { one: 'penicillins', other: 'carbapenems', severity: 'MODERATE', severe: 'SERIOUS' },
  { one: 'cephalosporins', other: 'carbapenems', severity: 'MODERATE', severe: 'SERIOUS' },
  { one: 'ace-inhibitors', other: 'arbs', severity: 'MODERATE', severe: 'SERIOUS' },
  { one: 'sulfonamide-antimicrobials', other: 'thiazides', severity: 'MINOR', severe: 'MODERATE' },
  { one: 'sulfonamide-antimicrobials', other: 'loop-diuretics', severity: 'MINOR', severe: 'MODERATE' },
  { one: 'sulfonamide-antimicrobials', other: 'sulfonylureas', severity: 'MINOR', severe: 'MODERATE' },
];

/** What people write of allergies beside the names in the catalogue, in lower case, and what it means. */
export const allergyWords: Readonly<Record<string, Term>> = {
  penicillin: '@penicillins', 'পেনিসিলিন': '@penicillins', cephalosporin: '@cephalosporins', cefalosporin: '@cephalosporins', 'সেফালোস্পোরিন': '@cephalosporins', carbapenem: '@carbapenems',
  'beta lactam': '@beta-lactams', 'beta lactams': '@beta-lactams', betalactam: '@beta-lactams', 'beta lactam antibiotics': '@beta-lactams',
  sulfa: '@sulfonamide-antimicrobials', sulpha: '@sulfonamide-antimicrobials', sulfonamide: '@sulfonamide-antimicrobials', sulfonamides: '@sulfonamide-antimicrobials', sulphonamide: '@sulfonamide-antimicrobials',
  sulphonamides: '@sulfonamide-antimicrobials', 'সালফা': '@sulfonamide-antimicrobials', 'সালফোনামাইড': '@sulfonamide-antimicrobials', cotrimoxazole: 'sulfamethoxazole', 'co trimoxazole': 'sulfamethoxazole', 'কোট্রাইমোক্সাজল': 'sulfamethoxazole',
  'co amoxiclav': 'amoxicillin', coamoxiclav: 'amoxicillin', 'amoxicillin clavulanate': 'amoxicillin',
  nsaid: '@nsaids', nsaids: '@nsaids', 'এনএসএআইডি': '@nsaids', 'ব্যথানাশক': '@nsaids', painkiller: '@nsaids', painkillers: '@nsaids', 'pain killer': '@nsaids', 'pain killers': '@nsaids',
  aspirin: 'acetylsalicylic-acid', 'অ্যাসপিরিন': 'acetylsalicylic-acid', 'এসপিরিন': 'acetylsalicylic-acid', salicylate: '@salicylates', 'স্যালিসাইলেট': '@salicylates',
  macrolide: '@macrolides', 'ম্যাক্রোলাইড': '@macrolides', quinolone: '@fluoroquinolones', quinolones: '@fluoroquinolones', fluoroquinolone: '@fluoroquinolones', 'কুইনোলন': '@fluoroquinolones', tetracyclines: '@tetracyclines',
  aminoglycoside: '@aminoglycosides', 'ace inhibitor': '@ace-inhibitors', 'ace inhibitors': '@ace-inhibitors', statin: '@statins', opioid: '@opioids', opiates: '@opioids', opiate: '@opioids',
  'local anaesthetic': '@local-anaesthetics', 'local anaesthetics': '@local-anaesthetics', 'local anesthetic': '@local-anaesthetics', 'local anesthetics': '@local-anaesthetics',
};

/** Words of an allergy that name no substance. */
export const idleWords: ReadonlySet<string> = new Set([
  ...('a an the and or of to in with all any other some type types group groups class classes family drug drugs medicine medicines medication medications antibiotic antibiotics tablet tablets tab capsule capsules cap '
    + 'injection injections inj syrup susp suspension ointment cream allergy allergic allergies allergen hypersensitivity intolerance reaction reactions sodium hydrochloride hcl trihydrate').split(' '),
  ...'ও এবং বা সব সকল ধরনের গ্রুপ গ্রুপের শ্রেণি শ্রেণির জাতীয় ওষুধ ওষুধে ঔষধ অ্যান্টিবায়োটিক অ্যান্টিবায়োটিকে ট্যাবলেট ক্যাপসুল ইনজেকশন সিরাপ এলার্জি অ্যালার্জি'.normalize('NFC').split(' '),
]);
