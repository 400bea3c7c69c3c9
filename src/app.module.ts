import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE, DiscoveryModule } from '@nestjs/core';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import { GraphQLModule } from '@nestjs/graphql';
import type { Logger } from 'pino';
import { AlertsModule } from './alerts/alerts.module.js';
import { AppointmentsModule } from './appointments/appointments.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import type { TokenKeys } from './auth/keys/token-keys.js';
import { BillingModule } from './billing/billing.module.js';
import { ClaimsModule } from './claims/claims.module.js';
import { ClinicalModule } from './clinical/clinical.module.js';
import type { Config } from './config.js';
import { ConsentsModule } from './consents/consents.module.js';
import { DrugsModule } from './drugs/drugs.module.js';
import { DocumentsModule } from './documents/documents.module.js';
import { CopiesModule } from './copies/copies.module.js';
import { EmergencyModule } from './emergency/emergency.module.js';
import { FamiliesModule } from './families/families.module.js';
import { LinksModule } from './links/links.module.js';
import { MailModule } from './mail/mail.module.js';
import { MessagesModule } from './messages/messages.module.js';
import { MergesModule } from './merges/merges.module.js';
import { ImportsModule } from './imports/imports.module.js';
import { PatientsModule } from './patients/patients.module.js';
import { AccessGuard } from './platform/access/access.guard.js';
import { AuditedInterceptor } from './platform/access/audited.interceptor.js';
import { AccessBootCheck, FieldBootCheck } from './platform/access/boot-check.js';
import { AuditTrail } from './platform/context/audit-trail.js';
import { Authenticator } from './platform/context/authenticator.js';
import { graphqlOptions } from './platform/graphql/graphql.options.js';
import { InputPipe } from './platform/graphql/input.pipe.js';
import { HttpErrorFilter } from './platform/http/http-error.filter.js';
import { CONFIG, LOGGER, PlatformModule, type PlatformParts } from './platform/platform.module.js';
import { Metrics } from './platform/telemetry/metrics.js';
import { SessionWatch } from './platform/websocket/session-watch.js';
import { Subscriptions } from './platform/websocket/subscriptions.js';
import { WebSocketGate } from './platform/websocket/websocket-gate.js';
import { PrescriptionsModule } from './prescriptions/prescriptions.module.js';
import { SchedulesModule } from './schedules/schedules.module.js';
import { TenantsModule } from './tenants/tenants.module.js';
import { TerminologyModule } from './terminology/terminology.module.js';
import { TimelineModule } from './timeline/timeline.module.js';

/** The house. One request takes one road: authenticate (GraphQL context), then the three global providers in their order. */
@Module({})
export class AppModule {
  static with(parts: PlatformParts & { tokenKeys: TokenKeys }): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DiscoveryModule,
        PlatformModule.with(parts),
        AuditModule,
        MailModule,
        TenantsModule,
        AuthModule.with(parts.tokenKeys),
        TerminologyModule,
        DrugsModule,
        PatientsModule,
        EmergencyModule,
        ClinicalModule,
        DocumentsModule,
        ConsentsModule,
        FamiliesModule,
        MessagesModule,
        PrescriptionsModule, SchedulesModule,
        AppointmentsModule,
        LinksModule, BillingModule, ClaimsModule,
        MergesModule,
        TimelineModule,
        CopiesModule,
        ImportsModule,
        AlertsModule,
        GraphQLModule.forRootAsync<ApolloDriverConfig>({
          driver: ApolloDriver,
          inject: [CONFIG, LOGGER, AuditTrail, Authenticator, Metrics],
          useFactory: (config: Config, logger: Logger, trail: AuditTrail, authenticator: Authenticator, metrics: Metrics) =>
            graphqlOptions(config, logger, trail, authenticator, metrics),
        }),
      ],
      providers: [
        AccessBootCheck,
        FieldBootCheck,
        SessionWatch,
        Subscriptions,
        WebSocketGate,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: AuditedInterceptor },
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, inject: [LOGGER], useFactory: (logger: Logger) => new HttpErrorFilter(logger) },
      ],
    };
  }
}
