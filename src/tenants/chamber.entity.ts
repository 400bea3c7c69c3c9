import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity({ schema: 'clinic', name: 'chambers' })
export class ChamberEntity {
  @PrimaryColumn('uuid', { name: 'tenant_id' })
  tenantId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text', { name: 'time_zone' })
  timeZone: string;

  @Column('text')
  locale: 'bn-BD' | 'en-BD' | 'en-AE' | 'ar-AE';

  @Column('text', { default: '' })
  address: string;

  @Column('text', { name: 'receipt_prefix' })
  receiptPrefix: string;

  @Column('boolean', { name: 'observes_holidays', default: false })
  observesHolidays: boolean;

  @Column('timestamptz', { name: 'archived_at', nullable: true })
  archivedAt: Date | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('integer', { default: 1 })
  version: number;
}
