import { foldSpelling } from './name-spelling.js';

/**
 * What a word is to a search. A NAME must be found. A TITLE (Md., Mst.) and a COURTESY (Begum, Haji) only help to rank when
 * there is a name beside them; an ADDRESS (Dr., Mrs.) and a PARTICLE (bin, al) say nothing of who it is.
 */
export type WordRole = 'NAME' | 'TITLE' | 'COURTESY' | 'ADDRESS' | 'PARTICLE';

const ROLES: ReadonlyArray<readonly [role: WordRole, sound: string, forms: string]> = [
  ['TITLE', 'MHMD', `md mo mohd muhd mohmd mhd moh mohammad mohammed mohammod mohamad mohamed mohamod mohomad mohomed muhammad muhammed muhamad muhamed muhammod mohammd mahammad
    মো মোহা মুহা মু মোহাম্মদ মোহাম্মাদ মোহাম্মেদ মুহাম্মদ মুহাম্মাদ মহাম্মদ মোহম্মদ মুহম্মদ মোহামেদ মোহাম্মোদ`],
  ['TITLE', 'MSMT', `mst most mosst msst moss mosa mosammat mosammot mosamat mosammad musammat musammot musamat mossammat mosammath mosammet
    মোছা মোসা মোছাম্মত মোসাম্মত মোছাম্মাত মোসাম্মাত মুসাম্মত মোসম্মত মোসাঃ মোস্ট মোসাম্মদ মোছাম্মদ`],
  ['COURTESY', '', `begum begam begom khatun khatoon bibi miah mia miya mian haji hazi hajee hajji alhaj alhajj hafez hafiz maulana moulana mawlana sree sri shri srimati sreemati kumari
    বেগম খাতুন বিবি মিয়া মিঞা হাজি হাজ্বি আলহাজ আলহাজ্ব হাফেজ মাওলানা মৌলানা শ্রি শ্রিমতি কুমারি`],
  ['ADDRESS', '', `dr mr mrs ms miss prof professor engr eng engineer adv advocate late janab janaba
    ডা ডঃ ড মি মিস মিসেস অধ্যাপক প্রফেসর প্রকৌ প্রকৌশলি ইঞ্জি ইঞ্জিনিয়ার অ্যাড অ্যাডভোকেট এডভোকেট মরহুম মরহুমা মৃত জনাব জনাবা`],
  ['PARTICLE', '', 'bin ibn bint binte binti al el as ash ad az an ar বিন ইবনে বিনতে আল'],
];

/** Names that everybody spells their own way, further apart than the sound rules bridge, under one sound. */
const FAMILIES: ReadonlyArray<readonly [sound: string, forms: string]> = [
  ['HoSaiN', 'hossain hossein hossen hosain hosein hosen hussain hussein hussen husain husein husen hossin hussin hosan হোসেন হোসাইন হুসাইন হোসেইন হোছাইন হোছেন হুসেন'],
  ['HaSaN', 'hasan hassan hasaan hossan হাসান হাছান'],
  ['CouDuRi', 'chowdhury choudhury chaudhury chaudhry chaudhary chawdhury chowdhary chowdury choudhary chodhury choudhuri chowdhuri chaudhuri chudhury চৌধুরি চৌধুরী চোধুরি চৌধরি'],
  ['SeK', 'sheikh shaikh sheik shaik shekh sk shek sheakh shaykh শেখ শাইখ সেখ'],
  ['SaeD', 'syed sayed saiyed sayeed saiyad sayyed sayyid syeed সৈয়দ সাইয়েদ সাইয়্যেদ ছৈয়দ'],
  ['BuiaN', 'bhuiyan bhuiya bhuyan bhuya bhuiyah bhuiyya bhuyia bhuian bhuia buiyan ভুইয়া ভুঁইয়া ভুইয়ান ভুইঞা ভুঞা ভুয়া'],
  ['Mia', 'mia miah miya miyah mian miyan meah মিয়া মিঞা মিয়াঁ মিয়াহ'],
  ['H@K', 'haque hoque huq haq hoq huque হক হাক'],
  ['K@ND@KaR', 'khandaker khandakar khondokar khondoker khondaker khandoker khondkar khandkar খন্দকার খোন্দকার'],
  ['CoKRoBoRTi', 'chakraborty chakrabarty chakravarty chakroborty chakrabarti chakraborti chakravarti চক্রবর্তি চক্রবর্ত্তি'],
  ['BoTaCaRJo', 'bhattacharjee bhattacharya bhattacharyya bhattacharja bhattachariya bhattacharji ভট্টাচার্য ভট্টাচার্য্য ভট্টাচার্জি'],
  ['BaNaRJi', 'banerjee banerji bandyopadhyay banarjee ব্যানার্জি ব্যানার্জী বন্দ্যোপাধ্যায়'],
  ['MuKaRJi', 'mukherjee mukherji mukharjee mukhopadhyay মুখার্জি মুখার্জী মুখোপাধ্যায়'],
  ['aCaRJi', 'acharjee acharya acharyya acharji acharja আচার্য আচার্য্য আচার্জি'],
  ['LoKMi', 'lakshmi laxmi lokkhi lakhi lakkhi luxmi laksmi লক্ষ্মি লক্ষি'],
  ['GoMeS', 'gomes gomez গোমেজ গোমেস'],
  ['RoJaRio', 'rozario rosario rojario রোজারিও'],
  ['BoSu', 'bose basu bosu boshu বসু বোস'],
  ['GoS', 'ghosh ghose gosh ghos ঘোষ'],
  ['iuSuF', 'yusuf yousuf yousef yusef eusuf yosuf yousof yusof iusuf ইউসুফ ইউছুফ'],
  ['aBDuL', 'abdul abdool abdur abdus abdun abdud abduz abdush abdoor abdoul abdol আব্দুল আবদুল আব্দুর আবদুর আব্দুস আবদুস আব্দুছ আবদুছ আব্দুন আব্দুজ আব্দুশ'],
];

/** What is known of a word: what it is to a search, and how it sounds if not as it is spelt. */
export interface KnownName {
  role: WordRole;
  sound?: string;
}

/** The words above by their folded spellings. */
export const KNOWN_NAMES: ReadonlyMap<string, KnownName> = knownNames();

function knownNames(): Map<string, KnownName> {
  const known = new Map<string, KnownName>();
  for (const [sound, forms] of FAMILIES) for (const form of formsOf(forms)) known.set(form, { role: 'NAME', sound });
  for (const [role, sound, forms] of ROLES) for (const form of formsOf(forms)) known.set(form, { ...known.get(form), role, ...(sound && { sound }) });
  return known;
}

function formsOf(forms: string): string[] {
  return forms.split(/\s+/).map((form) => foldSpelling(form).trim());
}
