import type { DemoHours } from './desk.js';

/** The password of every demo account. It opens invented data only. */
export const DEMO_PASSWORD = 'seven quiet rivers cross';

type Role = 'DOCTOR' | 'MANAGER' | 'RECEPTIONIST' | 'NURSE' | 'ASSISTANT';

export interface DemoMember {
  email: string;
  nameEn: string;
  nameBn: string;
  role: Role;
  licence?: string;
  licenceExpiresOn?: string;
  /** Places in the practice's list of chambers. */
  chambers: number[];
  /** What is granted to the member besides what the role has. */
  granted?: string[];
}

export interface DemoPractice {
  name: string;
  country: 'BD' | 'AE';
  owner: { email: string; nameEn: string; nameBn: string; licence: string; licenceExpiresOn: string };
  chambers: Array<{ name: string; timeZone: string; locale: string; address: string; receiptPrefix: string }>;
  /** The owner's, in the first chamber. */
  hours: DemoHours;
  members: DemoMember[];
  patients: number;
}

/** Two invented practices. Shirin works for both of them. */
export const demoPractices: DemoPractice[] = [
  {
    name: 'Shapla Skin Centre',
    country: 'BD',
    owner: { email: 'nasrin@shapla.example', nameEn: 'Dr. Nasrin Sultana', nameBn: 'ডা. নাসরিন সুলতানা', licence: 'BMDC A-00001', licenceExpiresOn: '2099-12-31' },
    chambers: [
      { name: 'Gulshan', timeZone: 'Asia/Dhaka', locale: 'bn_BD', address: 'House 1, Road 2, Gulshan, Dhaka', receiptPrefix: 'GUL' },
      { name: 'Uttara', timeZone: 'Asia/Dhaka', locale: 'bn_BD', address: 'House 3, Sector 4, Uttara, Dhaka', receiptPrefix: 'UTT' },
      { name: 'Agrabad', timeZone: 'Asia/Dhaka', locale: 'en_BD', address: 'House 5, Agrabad, Chattogram', receiptPrefix: 'AGR' },
    ],
    hours: { weekdays: ['SUNDAY', 'MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY'], startsAt: '17:00', endsAt: '20:30' },
    members: [
      { email: 'imran@shapla.example', nameEn: 'Dr. Imran Hossain', nameBn: 'ডা. ইমরান হোসেন', role: 'DOCTOR', licence: 'BMDC A-00002', licenceExpiresOn: '2099-12-31', chambers: [1] },
      { email: 'kamal@shapla.example', nameEn: 'Kamal Uddin', nameBn: 'কামাল উদ্দিন', role: 'MANAGER', chambers: [0, 1, 2] },
      { email: 'rumi@shapla.example', nameEn: 'Rumi Akter', nameBn: 'রুমি আক্তার', role: 'RECEPTIONIST', chambers: [0], granted: ['payments:take'] },
      { email: 'shirin@shapla.example', nameEn: 'Shirin Begum', nameBn: 'শিরিন বেগম', role: 'NURSE', chambers: [0, 1] },
      { email: 'tuhin@shapla.example', nameEn: 'Tuhin Mia', nameBn: 'তুহিন মিয়া', role: 'ASSISTANT', chambers: [0] },
    ],
    patients: 240,
  },
  {
    name: 'Marina Family Clinic',
    country: 'AE',
    owner: { email: 'farid@marina.example', nameEn: 'Dr. Farid Anwar', nameBn: 'ডা. ফরিদ আনোয়ার', licence: 'DHA-00000001', licenceExpiresOn: '2099-12-31' },
    chambers: [
      { name: 'Deira', timeZone: 'Asia/Dubai', locale: 'en_AE', address: 'Street 6, Deira, Dubai', receiptPrefix: 'DEI' },
      { name: 'Marina', timeZone: 'Asia/Dubai', locale: 'en_AE', address: 'Street 7, Dubai Marina, Dubai', receiptPrefix: 'MAR' },
    ],
    hours: { weekdays: ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'], startsAt: '09:00', endsAt: '13:00', slotMinutes: 20 },
    members: [
      { email: 'lubna@marina.example', nameEn: 'Lubna Karim', nameBn: 'লুবনা করিম', role: 'MANAGER', chambers: [0, 1] },
      { email: 'joya@marina.example', nameEn: 'Joya Das', nameBn: 'জয়া দাস', role: 'RECEPTIONIST', chambers: [1], granted: ['payments:take'] },
      { email: 'shirin@shapla.example', nameEn: 'Shirin Begum', nameBn: 'শিরিন বেগম', role: 'NURSE', chambers: [0] },
      { email: 'polash@marina.example', nameEn: 'Polash Roy', nameBn: 'পলাশ রায়', role: 'ASSISTANT', chambers: [0], granted: ['patients:read', 'prescriptions:read', 'prescriptions:write'] },
    ],
    patients: 120,
  },
];
