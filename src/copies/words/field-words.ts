import { type Words, readable } from './words.js';

const bangla: Record<string, string> = {
  mrn: 'রোগী নম্বর', nameEn: 'নাম (ইংরেজি)', nameBn: 'নাম (বাংলা)', sex: 'লিঙ্গ', birth: 'জন্ম', precision: 'কতটা নিশ্চিত', date: 'তারিখ', asOf: 'যেদিন বলা হয়েছে',
  ageYears: 'বয়স (বছর)', phones: 'ফোন নম্বর', number: 'নম্বর', label: 'কার', identifiers: 'পরিচয় নম্বর', kind: 'ধরন', value: 'মান', warnings: 'সতর্কতা', address: 'ঠিকানা',
  booker: 'যার জন্য অনলাইনে সিরিয়াল নেওয়া হয়েছে',
  line: 'বাড়ি ও রাস্তা', area: 'এলাকা', city: 'শহর', district: 'জেলা', postalCode: 'পোস্ট কোড', country: 'দেশ', guardian: 'অভিভাবক', name: 'নাম', relation: 'সম্পর্ক',
  phone: 'ফোন নম্বর', identity: 'পরিচয়', clinical: 'চিকিৎসা সংক্রান্ত', bloodGroup: 'রক্তের গ্রুপ', notes: 'নোট', status: 'অবস্থা', source: 'আগের তালিকা বা সফটওয়্যার', sourceId: 'সেখানে নম্বর', mergedInto: 'যে রেকর্ডে মেলানো হয়েছে',
  registeredBy: 'নিবন্ধন করেছেন', registeredAt: 'নিবন্ধনের সময়', updatedAt: 'শেষ পরিবর্তন',
  content: 'বিবরণ', details: 'বিবরণ', description: 'বিবরণ', substance: 'যে বস্তুতে অ্যালার্জি', text: 'লেখা', code: 'কোড', system: 'কোডের পদ্ধতি', reactions: 'প্রতিক্রিয়া', severity: 'তীব্রতা',
  criticality: 'ঝুঁকি', onset: 'শুরু', note: 'নোট', clinicalStatus: 'বর্তমান অবস্থা', verification: 'নিশ্চয়তা', recordedBy: 'লিখেছেন', recordedAt: 'লেখার সময়',
  errorBy: 'ভুল চিহ্নিত করেছেন', errorAt: 'ভুল চিহ্নিত করার সময়', errorReason: 'ভুলের কারণ', errorDetails: 'ভুলের কারণ', reason: 'কারণ', changedBy: 'পরিবর্তন করেছেন', changedAt: 'পরিবর্তনের সময়',
  endedBy: 'শেষ করেছেন', endedAt: 'শেষ হওয়ার সময়', endDetails: 'শেষ হওয়ার কারণ', enteredInError: 'ভুলে লেখা ছিল', measured: 'পরিমাপ', measure: 'কী মাপা হয়েছে', unit: 'একক',
  inches: 'ইঞ্চি', canonical: 'মূল এককে মান', timing: 'কখন', warning: 'সতর্কতা', measuredAt: 'মাপার সময়', chamberId: 'চেম্বার', occurredAt: 'ঘটনার সময়',
  coded: 'রোগের কোড (ICD-10)', titleBn: 'শিরোনাম (বাংলা)', conditionId: 'রোগ', abatement: 'কবে সেরেছে',
  purpose: 'উদ্দেশ্য', decision: 'সিদ্ধান্ত', method: 'কীভাবে', decidedAt: 'সিদ্ধান্তের সময়', validUntil: 'যতদিন কার্যকর', givenBy: 'সিদ্ধান্ত দিয়েছেন', language: 'ভাষা', textVersion: 'লেখার সংস্করণ',
  survivorId: 'যে রেকর্ড থেকে গেছে', duplicateId: 'যে রেকর্ড মেলানো হয়েছে', duplicateStatus: 'আগের অবস্থা', mergedBy: 'মিলিয়েছেন', mergedAt: 'মেলানোর সময়', undoneBy: 'বাতিল করেছেন',
  undoneAt: 'বাতিলের সময়', undoneBecause: 'বাতিলের কারণ', kept: 'যা রেখে দেওয়া হয়েছে',
  title: 'শিরোনাম', fileName: 'ফাইলের নাম', documentDate: 'নথির তারিখ', type: 'ফাইলের ধরন', sha256: 'ফাইলের ছাপ (SHA-256)', size: 'আকার (বাইট)', storedBy: 'ফাইল রেখেছেন', storedAt: 'ফাইল রাখার সময়',
  documentId: 'নথি', allergyId: 'অ্যালার্জি', corrects: 'যে লেখার বদলে', relativeId: 'আত্মীয়',
  sessionId: 'সেশন', localDate: 'দিন', doctorId: 'ডাক্তার', roomId: 'কক্ষ', visitType: 'কী জন্য আসা', channel: 'কীভাবে নেওয়া', series: 'কোন ভাগের নম্বর', callOrder: 'ডাকার ক্রম', slotFrom: 'সময়ের শুরু', slotUntil: 'সময়ের শেষ',
  overbooked: 'ধারণক্ষমতার বাইরে', video: 'ভিডিওতে', heldUntil: 'যতক্ষণ রাখা', endReason: 'বাতিলের কারণ', rescheduledFrom: 'আগের অ্যাপয়েন্টমেন্ট', recurrenceId: 'ধারাবাহিক', skips: 'ডেকে না পাওয়া', toldFrom: 'বলা সময়ের শুরু', toldUntil: 'বলা সময়ের শেষ',
  appointmentId: 'অ্যাপয়েন্টমেন্ট', occasion: 'কোন বারের', due: 'পাঠানোর কথা', state: 'অবস্থা', tries: 'কতবার চেষ্টা', sentAt: 'পাঠানোর সময়', to: 'যে নম্বরে',
  firstDay: 'প্রথম দিন', lastDay: 'শেষ দিন', offeredId: 'যে জায়গা দেওয়া হয়েছে', addedBy: 'তালিকায় রেখেছেন',
  bookedBy: 'নিয়েছেন', createdAt: 'নেওয়ার সময়', arrivedAt: 'আসার সময়', calledAt: 'ডাকার সময়', consultAt: 'দেখা শুরু', completedAt: 'দেখা শেষ', patientId: 'রোগী', linkedBy: 'যুক্ত করেছেন', linkedAt: 'যুক্ত করার সময়',
  payerId: 'বীমা প্রতিষ্ঠান', memberNumber: 'বীমার সদস্য নম্বর', coPayment: 'রোগীর অংশ (প্রতি দশ হাজারে)', coPaymentMost: 'রোগীর অংশের সর্বোচ্চ', archivedAt: 'সরিয়ে রাখার সময়', addedAt: 'যোগ করার সময়',
  event: 'কী জানানো হয়েছে', queuedBy: 'পাঠিয়েছেন', queuedAt: 'পাঠাতে দেওয়ার সময়',
  prescriptionId: 'ব্যবস্থাপত্র', itemIds: 'কোন কোন ওষুধ', quantities: 'প্রতিটির পরিমাণ', pharmacy: 'ফার্মেসি', pharmacist: 'ফার্মাসিস্ট', requestKey: 'অনুরোধের চাবি', voidedBy: 'বাতিল করেছেন', voidedAt: 'বাতিলের সময়', voidReason: 'বাতিলের কারণ',
  complaints: 'সমস্যা', examination: 'পরীক্ষায় যা পাওয়া গেছে', diagnoses: 'রোগ নির্ণয়', investigations: 'যেসব পরীক্ষা করতে হবে', items: 'ওষুধ', drug: 'ওষুধ', dose: 'মাত্রা', meal: 'খাবারের সঙ্গে সম্পর্ক', route: 'কোন পথে', quantity: 'পরিমাণ', packs: 'প্যাক', count: 'কয়টি', each: 'প্রতিটিতে', advice: 'পরামর্শ', followUp: 'আবার আসার দিন', amends: 'যে ব্যবস্থাপত্রের বদলে', signed: 'স্বাক্ষর', signingKeyId: 'স্বাক্ষরের চাবি', signedBy: 'স্বাক্ষর করেছেন', signedAt: 'স্বাক্ষরের সময়', cancelledBy: 'বাতিল করেছেন', cancelledAt: 'বাতিলের সময়', cancelReason: 'বাতিলের কারণ', followUpOn: 'যেদিন আবার আসার কথা', followUpAppointmentId: 'আবার আসার অ্যাপয়েন্টমেন্ট', draftedBy: 'শুরু করেছেন', draftedAt: 'শুরুর সময়', updatedBy: 'শেষ পরিবর্তন করেছেন', productId: 'ওষুধের তালিকায়', brand: 'ব্র্যান্ড', brandBn: 'ব্র্যান্ড (বাংলা)', generic: 'জেনেরিক নাম', strength: 'শক্তি', form: 'ধরন', ingredients: 'উপাদান', on: 'দিন',
  pregnancy: 'গর্ভাবস্থা', prescriptionVersion: 'ব্যবস্থাপত্রের কততম লেখা', result: 'ফলাফল', sources: 'জ্ঞানের উৎস', knowledge: 'জ্ঞানের সংস্করণ', unavailable: 'কেন জানা যায়নি', findings: 'যা পাওয়া গেছে', key: 'সংকেত', of: 'কী বিষয়ে',
  needsReason: 'কারণ বলা দরকার', textEn: 'ইংরেজিতে', textBn: 'বাংলায়', others: 'অন্য ব্যবস্থাপত্রের ওষুধ', itemId: 'ওষুধ', withoutDoseRange: 'যেসব উপাদানের মাত্রা জানা নেই', reasonsNeeded: 'কতটি কারণ দরকার', overrides: 'তবু দেওয়ার কারণ', reasonsGiven: 'কতটি কারণ বলা হয়েছে', checkedBy: 'যাচাই করেছেন', checkedAt: 'যাচাইয়ের সময়',
};

const english: Record<string, string> = {
  mrn: 'Patient number', nameEn: 'Name (Latin letters)', nameBn: 'Name (Bangla letters)', asOf: 'As stated on', ageYears: 'Age (years)', precision: 'How well it is known',
  line: 'House and road', label: 'Whose', recordedAt: 'Recorded', recordedBy: 'Recorded by', registeredAt: 'Registered', updatedAt: 'Last changed',
  errorBy: 'Marked as an error by', errorAt: 'Marked as an error', errorReason: 'Why it was an error', errorDetails: 'Why it was an error', changedAt: 'Changed', endedAt: 'Ended',
  endDetails: 'Why it was ended', measured: 'Measurements', measuredAt: 'Measured', occurredAt: 'Happened', chamberId: 'Chamber', decidedAt: 'Decided', givenBy: 'Decided by', canonical: 'In the standard unit',
  size: 'Size (bytes)', sha256: 'Fingerprint of the file (SHA-256)', type: 'Type of file', documentDate: 'Date on the document', documentId: 'Document', allergyId: 'Allergy', conditionId: 'Condition', coded: 'Code of the disease (ICD-10)', titleBn: 'Title (Bangla)', abatement: 'When it was over', corrects: 'In place of',
  textVersion: 'Version of the text', relativeId: 'Relative', patientId: 'Patient', appointmentId: 'Appointment', offeredId: 'The place that was offered', addedBy: 'Put on the list by', occasion: 'Which time', due: 'To be sent', state: 'State', tries: 'How often it was tried', sentAt: 'Sent', to: 'To the number', sessionId: 'Session', localDate: 'Day', doctorId: 'Doctor', roomId: 'Room', visitType: 'What for', channel: 'How it was booked', series: 'Numbers kept for', callOrder: 'Order of calling', slotFrom: 'From', slotUntil: 'Until', heldUntil: 'Held until', endReason: 'Why it was cancelled', rescheduledFrom: 'In place of the appointment', recurrenceId: 'Series', skips: 'Called in vain', toldFrom: 'Told to expect from', toldUntil: 'Told to expect until', bookedBy: 'Booked by', createdAt: 'Booked', arrivedAt: 'Arrived', calledAt: 'Called', consultAt: 'Consultation begun', completedAt: 'Consultation over', linkedAt: 'Linked', source: 'Former list or software', sourceId: 'Number there', mergedInto: 'Merged into', survivorId: 'Record that stayed', duplicateId: 'Record that was merged', duplicateStatus: 'Its status before', mergedAt: 'Merged', undoneAt: 'Undone', undoneBecause: 'Why it was undone', kept: 'What was kept', timing: 'When', substance: 'Allergic to', method: 'How it was given',
  event: 'What was told', queuedBy: 'Sent by', queuedAt: 'Queued',
  prescriptionId: 'Prescription', itemIds: 'Of which medicines', quantities: 'How much of each', requestKey: 'Key of the request', voidedBy: 'Declared void by', voidedAt: 'Declared void', voidReason: 'Why it is void',
  followUp: 'When to come again', amends: 'In place of the prescription', meal: 'In relation to meals', draftedBy: 'Begun by', draftedAt: 'Begun', updatedBy: 'Last changed by', cancelReason: 'Why it was cancelled', signingKeyId: 'Key of the signature', each: 'In each', brandBn: 'Brand (Bangla letters)', followUpOn: 'Day of that', followUpAppointmentId: 'The appointment of that', on: 'Day', productId: 'In the list of medicines', items: 'Medicines', drug: 'Medicine', route: 'By which way', cancelledBy: 'Cancelled by', signedBy: 'Signed by', count: 'How many',
  prescriptionVersion: 'Which version of the prescription', sources: 'Sources of knowledge', knowledge: 'Version of the knowledge', unavailable: 'Why it could not be asked', findings: 'What was found', of: 'About what', needsReason: 'Needs a reason', textEn: 'In English', textBn: 'In Bangla', others: 'Medicines of other prescriptions', itemId: 'Medicine', withoutDoseRange: 'Ingredients without a known dose range', reasonsNeeded: 'Reasons needed', overrides: 'Why it was given all the same', checkedBy: 'Checked by', checkedAt: 'Checked',
};

/** What a field of a copy is called. */
export const fieldWords: Readonly<Record<string, Words>> = Object.fromEntries(
  Object.entries(bangla).map(([name, bn]) => [name, { bn, en: english[name] ?? readable(name) }]));
