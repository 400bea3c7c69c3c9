import { Allergies1795000013000 } from './1795000013000-allergies.js';
import { Alerts1795000049000 } from './1795000049000-alerts.js';
import { UnrelatedPatients1795000049100 } from './1795000049100-unrelated-patients.js';
import { Audit1795000004000 } from './1795000004000-audit.js';
import { ComplianceDesk1795000020000 } from './1795000020000-compliance-desk.js';
import { Conditions1795000013500 } from './1795000013500-conditions.js';
import { ConsentDocuments1795000018100 } from './1795000018100-consent-documents.js';
import { Consents1795000017000 } from './1795000017000-consents.js';
import { Context1795000001000 } from './1795000001000-context.js';
import { DataDictionary1795000009000 } from './1795000009000-data-dictionary.js';
import { DeadExports1795000032000 } from './1795000032000-dead-exports.js';
import { Documents1795000015000 } from './1795000015000-documents.js';
import { EmergencyAccess1795000048000 } from './1795000048000-emergency-access.js';
import { EmergencyLimits1795000050000 } from './1795000050000-emergency-limits.js';
import { InvitationLimits1795000053000 } from './1795000053000-invitation-limits.js';
import { FirstInvitations1795000054100 } from './1795000054100-first-invitations.js';
import { RefusalsApart1795000054000 } from './1795000054000-refusals-apart.js';
import { ForgottenDevices1795000055000 } from './1795000055000-forgotten-devices.js';
import { Families1795000018000 } from './1795000018000-families.js';
import { Forgetting1795000052000 } from './1795000052000-forgetting.js';
import { Google1795000046000 } from './1795000046000-google.js';
import { BoundedSignIns1795000051000 } from './1795000051000-bounded-sign-ins.js';
import { Icd101795000012000 } from './1795000012000-icd10.js';
import { Identity1795000002000 } from './1795000002000-identity.js';
import { ImportExpiry1795000033000 } from './1795000033000-import-expiry.js';
import { InvitationsByMail1795000042000 } from './1795000042000-invitations-by-mail.js';
import { JobsAndMails1795000041000 } from './1795000041000-jobs-and-mails.js';
import { PasswordResets1795000047000 } from './1795000047000-password-resets.js';
import { KeepOffMergedPatients1795000029000 } from './1795000029000-keep-off-merged-patients.js';
import { PatientMerges1795000016000 } from './1795000016000-patient-merges.js';
import { PatientImports1795000019000 } from './1795000019000-patient-imports.js';
import { PatientPermissions1795000010000 } from './1795000010000-patient-permissions.js';
import { PatientSearch1795000011000 } from './1795000011000-patient-search.js';
import { Patients1795000005000 } from './1795000005000-patients.js';
import { Practices1795000003000 } from './1795000003000-practices.js';
import { SessionNotices1795000043000 } from './1795000043000-session-notices.js';
import { SecondFactors1795000045000 } from './1795000045000-second-factors.js';
import { TimelineIndexes1795000025000 } from './1795000025000-timeline-indexes.js';
import { TimelineMerges1795000031000 } from './1795000031000-timeline-merges.js';
import { ProofOfIdentity1795000040000 } from './1795000040000-proof-of-identity.js';
import { Throttles1795000044000 } from './1795000044000-throttles.js';
import { VitalsAndNotes1795000014000 } from './1795000014000-vitals-and-notes.js';

/** Every migration, oldest first. A shipped one never changes. */
import { Schedules1795000060000 } from './1795000060000-schedules.js';
import { Appointments1795000061000 } from './1795000061000-appointments.js';
import { Messages1795000062000 } from './1795000062000-messages.js';
import { QueueDisplays1795000063000 } from './1795000063000-queue-displays.js';
import { CalendarFeeds1795000063100 } from './1795000063100-calendar-feeds.js';
import { VisitLinks1795000063200 } from './1795000063200-visit-links.js';
import { SessionChanges1795000064000 } from './1795000064000-session-changes.js';
import { AppointmentSeries1795000064100 } from './1795000064100-appointment-series.js';
import { Waitlist1795000064200 } from './1795000064200-waitlist.js';
import { OnlineBooking1795000066000 } from './1795000066000-online-booking.js';
import { NumberLeases1795000067000 } from './1795000067000-number-leases.js';
import { ToldToScreens1795000072100 } from './1795000072100-told-to-screens.js';
import { MovedUpOnline1795000074000 } from './1795000074000-moved-up-online.js';
import { PlacesByNumbers1795000074100 } from './1795000074100-places-by-numbers.js';
import { PaidInVain1795000074200 } from './1795000074200-paid-in-vain.js';
import { SeenIsFree1795000074300 } from './1795000074300-seen-is-free.js';
import { NotBeforeTheDay1795000072000 } from './1795000072000-not-before-the-day.js';
import { HoldsLetGo1795000068000 } from './1795000068000-holds-let-go.js';
import { TakenPlaces1795000069000 } from './1795000069000-taken-places.js';
import { AnsweredOnline1795000069100 } from './1795000069100-answered-online.js';
import { OnceHeld1795000069200 } from './1795000069200-once-held.js';
import { JudgedOnline1795000071000 } from './1795000071000-judged-online.js';
import { BookingCountries1795000071100 } from './1795000071100-booking-countries.js';
import { LeasedNumbersBack1795000071200 } from './1795000071200-leased-numbers-back.js';
import { HeldByTheDatabase1795000071300 } from './1795000071300-held-by-the-database.js';
import { ToldBookers1795000073000 } from './1795000073000-told-bookers.js';
import { SeenBefore1795000070000 } from './1795000070000-seen-before.js';
import { LinksFollow1795000070100 } from './1795000070100-links-follow.js';
import { UnopenedSessions1795000070200 } from './1795000070200-unopened-sessions.js';
import { PlacesSeen1795000070300 } from './1795000070300-places-seen.js';
import { SeenAtTheirTime1795000075000 } from './1795000075000-seen-at-their-time.js';
import { CancelledTwice1795000075100 } from './1795000075100-cancelled-twice.js';
import { ToldOnline1795000076000 } from './1795000076000-told-online.js';
import { NearOnce1795000076100 } from './1795000076100-near-once.js';
import { OverIsOver1795000076200 } from './1795000076200-over-is-over.js';
import { Drugs1795000080000 } from './1795000080000-drugs.js';
import { Prescriptions1795000082000 } from './1795000082000-prescriptions.js';
import { PrescriptionChecks1795000084000 } from './1795000084000-prescription-checks.js';
import { Dispensing1795000085000 } from './1795000085000-dispensing.js';
import { SigningKeyRotation1795000086000 } from './1795000086000-signing-key-rotation.js';
import { PrescriptionTemplates1795000086100 } from './1795000086100-prescription-templates.js';
import { FollowUps1795000086200 } from './1795000086200-follow-ups.js';
import { PrescriptionExchange1795000087000 } from './1795000087000-prescription-exchange.js';
import { PrescriptionsStay1795000087500 } from './1795000087500-prescriptions-stay.js';
import { UnsignedPrescriptions1795000088000 } from './1795000088000-unsigned-prescriptions.js';
import { BillingSettings1795000089000 } from './1795000089000-billing-settings.js';
import { FeeRules1795000089100 } from './1795000089100-fee-rules.js';
import { Claims1795000095100 } from './1795000095100-claims.js';
import { Insurance1795000095000 } from './1795000095000-insurance.js';
import { Ledger1795000090000 } from './1795000090000-ledger.js';
import { Invoices1795000090100 } from './1795000090100-invoices.js';
import { Payments1795000090200 } from './1795000090200-payments.js';
import { WalletSettings1795000092000 } from './1795000092000-wallet-settings.js';
import { WalletPayments1795000092100 } from './1795000092100-wallet-payments.js';
import { WalletStatements1795000092200 } from './1795000092200-wallet-statements.js';
import { DrawersAndDays1795000093000 } from './1795000093000-drawers-and-days.js';
import { Expenses1795000093100 } from './1795000093100-expenses.js';
import { ExpenseReceipts1795000093200 } from './1795000093200-expense-receipts.js';
import { Shares1795000094000 } from './1795000094000-shares.js';
import { Reports1795000094100 } from './1795000094100-reports.js';
import { Deposits1795000097000 } from './1795000097000-deposits.js';
import { DayTotals1795000098000 } from './1795000098000-day-totals.js';
import { DepositsPaidOnline1795000099000 } from './1795000099000-deposits-paid-online.js';
import { WalletPaymentsEnded1795000099500 } from './1795000099500-wallet-payments-ended.js';
import { RefundsAddUp1795000100000 } from './1795000100000-refunds-add-up.js';
import { ReferencesToldOnce1795000100100 } from './1795000100100-references-told-once.js';
import { WhoMay1795000100200 } from './1795000100200-who-may.js';
import { OneWay1795000101000 } from './1795000101000-one-way.js';
import { InsuredShares1795000101100 } from './1795000101100-insured-shares.js';
import { ReceiptNumbers1795000101200 } from './1795000101200-receipt-numbers.js';
import { ClaimsDesk1795000101300 } from './1795000101300-claims-desk.js';
import { DraftsByChamber1795000102000 } from './1795000102000-drafts-by-chamber.js';
import { CreditedInParts1795000103000 } from './1795000103000-credited-in-parts.js';
import { PaidOnceByPayers1795000103100 } from './1795000103100-paid-once-by-payers.js';
import { RaisedLimits1795000104000 } from './1795000104000-raised-limits.js';
import { OpenInvoices1795000104100 } from './1795000104100-open-invoices.js';
import { OwnDrawers1795000104200 } from './1795000104200-own-drawers.js';
import { PlannedOnce1795000105000 } from './1795000105000-planned-once.js';
import { OwnHands1795000106000 } from './1795000106000-own-hands.js';

export const migrations = [
  Context1795000001000,
  Identity1795000002000,
  Practices1795000003000,
  Audit1795000004000,
  Patients1795000005000,
  DataDictionary1795000009000,
  PatientPermissions1795000010000,
  PatientSearch1795000011000,
  Icd101795000012000,
  Allergies1795000013000,
  Conditions1795000013500,
  VitalsAndNotes1795000014000,
  Documents1795000015000,
  PatientMerges1795000016000,
  Consents1795000017000,
  Families1795000018000,
  ConsentDocuments1795000018100,
  ComplianceDesk1795000020000,
  TimelineIndexes1795000025000,
  KeepOffMergedPatients1795000029000,
  TimelineMerges1795000031000,
  DeadExports1795000032000,
  PatientImports1795000019000,
  ImportExpiry1795000033000,
  ProofOfIdentity1795000040000,
  JobsAndMails1795000041000,
  Throttles1795000044000,
  SecondFactors1795000045000,
  Google1795000046000,
  EmergencyAccess1795000048000,
  SessionNotices1795000043000,
  PasswordResets1795000047000,
  InvitationsByMail1795000042000,
  Alerts1795000049000,
  UnrelatedPatients1795000049100,
  EmergencyLimits1795000050000,
  BoundedSignIns1795000051000,
  Forgetting1795000052000,
  InvitationLimits1795000053000,
  RefusalsApart1795000054000,
  FirstInvitations1795000054100,
  ForgottenDevices1795000055000,
  Schedules1795000060000,
  Appointments1795000061000,
  Messages1795000062000,
  QueueDisplays1795000063000,
  CalendarFeeds1795000063100,
  VisitLinks1795000063200,
  SessionChanges1795000064000,
  AppointmentSeries1795000064100,
  Waitlist1795000064200,
  OnlineBooking1795000066000,
  NumberLeases1795000067000,
  HoldsLetGo1795000068000,
  TakenPlaces1795000069000,
  AnsweredOnline1795000069100,
  OnceHeld1795000069200,
  JudgedOnline1795000071000,
  BookingCountries1795000071100,
  LeasedNumbersBack1795000071200,
  HeldByTheDatabase1795000071300,
  ToldBookers1795000073000,
  NotBeforeTheDay1795000072000,
  SeenBefore1795000070000,
  LinksFollow1795000070100,
  UnopenedSessions1795000070200,
  PlacesSeen1795000070300,
  ToldToScreens1795000072100,
  MovedUpOnline1795000074000,
  PlacesByNumbers1795000074100,
  PaidInVain1795000074200,
  SeenIsFree1795000074300,
  SeenAtTheirTime1795000075000,
  CancelledTwice1795000075100,
  ToldOnline1795000076000,
  NearOnce1795000076100,
  OverIsOver1795000076200,
  Drugs1795000080000,
  Prescriptions1795000082000,
  PrescriptionChecks1795000084000,
  Dispensing1795000085000,
  SigningKeyRotation1795000086000,
  PrescriptionTemplates1795000086100,
  FollowUps1795000086200,
  PrescriptionExchange1795000087000,
  PrescriptionsStay1795000087500,
  UnsignedPrescriptions1795000088000,
  BillingSettings1795000089000,
  FeeRules1795000089100,
  Ledger1795000090000,
  Invoices1795000090100,
  Payments1795000090200,
  WalletSettings1795000092000,
  WalletPayments1795000092100,
  WalletStatements1795000092200,
  DrawersAndDays1795000093000,
  Expenses1795000093100,
  ExpenseReceipts1795000093200,
  Shares1795000094000,
  Reports1795000094100,
  Insurance1795000095000,
  Claims1795000095100,
  Deposits1795000097000,
  DayTotals1795000098000,
  DepositsPaidOnline1795000099000,
  WalletPaymentsEnded1795000099500,
  RefundsAddUp1795000100000,
  ReferencesToldOnce1795000100100,
  WhoMay1795000100200,
  OneWay1795000101000,
  InsuredShares1795000101100,
  ReceiptNumbers1795000101200,
  ClaimsDesk1795000101300,
  DraftsByChamber1795000102000,
  CreditedInParts1795000103000,
  PaidOnceByPayers1795000103100,
  RaisedLimits1795000104000,
  OpenInvoices1795000104100,
  OwnDrawers1795000104200,
  PlannedOnce1795000105000,
  OwnHands1795000106000,
];
