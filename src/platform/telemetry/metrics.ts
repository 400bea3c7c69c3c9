import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type pg from 'pg';
import { Databases } from '../database/databases.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** How an operation ended, in the words of the audit trail. */
export type Outcome = 'SUCCESS' | 'DENIED' | 'FAILED';

/**
 * What the server counts about itself, in the Prometheus text format. Labels are names out of the code only (routes,
 * operations, outcomes, error codes, database roles): nothing of a practice, a person or a patient, and no text of a caller.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  readonly #requests = this.#histogram('sinduk_http_request_seconds', 'HTTP requests, from their arrival until the answer has left or broken off.', ['method', 'route', 'status']);
  readonly #operations = this.#histogram('sinduk_operation_seconds', 'Root fields of GraphQL and HTTP routes, from the guard until the entries are durable.', ['operation', 'outcome']);
  readonly #audit = this.#histogram('sinduk_audit_append_seconds', 'From handing entries to the audit trail until they are durable.', []);
  readonly #refusals = new Counter({ name: 'sinduk_refusals_total', help: 'Operations that were refused or failed, by the error code that was answered.', labelNames: ['operation', 'code'], registers: [this.registry] });
  readonly #jobs = new Counter({ name: 'sinduk_jobs_total', help: 'Tries of background jobs, by kind and by whether they were done.', labelNames: ['job', 'outcome'], registers: [this.registry] });
  #waiting: () => number = () => 0;
  #sockets: () => { sockets: number; subscriptions: number } = () => ({ sockets: 0, subscriptions: 0 });

  constructor(databases: Databases) {
    const waiting = (): number => this.#waiting();
    new Gauge({ name: 'sinduk_audit_waiting', help: 'Answers that wait for their audit entries to be durable.', registers: [this.registry], collect() { this.set(waiting()); } });
    const sockets = () => this.#sockets();
    new Gauge({ name: 'sinduk_websockets', help: 'WebSockets that are open.', registers: [this.registry], collect() { this.set(sockets().sockets); } });
    new Gauge({ name: 'sinduk_subscriptions', help: 'Subscriptions that run.', registers: [this.registry], collect() { this.set(sockets().subscriptions); } });
    const pools: Array<[string, pg.Pool]> = [['app', databases.app], ['auth', databases.auth], ['audit', databases.audit], ['keys', databases.keys], ['jobs', databases.jobs]];
    new Gauge({
      name: 'sinduk_pool_connections', help: 'Connections to the database, by role and state; `waiting` are callers without one.', labelNames: ['pool', 'state'], registers: [this.registry],
      collect() {
        for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
          this.set({ pool, state: 'busy' }, totalCount - idleCount);
          this.set({ pool, state: 'idle' }, idleCount);
          this.set({ pool, state: 'waiting' }, waitingCount);
        }
      },
    });
  }

  /** Starts counting the process itself too: memory, garbage collection, delay of the event loop. */
  watchProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Counts one HTTP request; `route` is its template, never its address, and `status` undefined when the answer broke off. */
  request(method: string, route: string, status: number | undefined, milliseconds: number): void {
    this.#requests.observe({ method, route, status: status === undefined ? 'cut' : `${Math.floor(status / 100)}xx` }, milliseconds / 1000);
  }

  /** Counts one operation. */
  operation(operation: string, outcome: Outcome, milliseconds: number, errorCode?: string): void {
    this.#operations.observe({ operation, outcome }, milliseconds / 1000);
    if (outcome !== 'SUCCESS') this.#refusals.inc({ operation, code: errorCode ?? 'UNKNOWN' });
  }

  /** Counts entries that became durable. */
  appended(milliseconds: number): void {
    this.#audit.observe(milliseconds / 1000);
  }

  /** Counts one try of a background job. */
  job(job: string, outcome: 'DONE' | 'FAILED'): void {
    this.#jobs.inc({ job, outcome });
  }

  /** Tells where to look for the number of answers that wait for their entries. */
  watchAudit(waiting: () => number): void {
    this.#waiting = waiting;
  }

  /** Tells where to look for the number of open WebSockets and of the subscriptions that run over them. */
  watchSockets(sockets: () => { sockets: number; subscriptions: number }): void {
    this.#sockets = sockets;
  }

  #histogram(name: string, help: string, labelNames: string[]): Histogram {
    return new Histogram({ name, help, labelNames, buckets: SECONDS, registers: [this.registry] });
  }
}
