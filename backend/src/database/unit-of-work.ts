import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';

/** One open transaction. */
export interface Transaction {
  /** One statement; its rows, for writes the RETURNING ones. */
  query<R>(sql: string, params?: unknown[]): Promise<R[]>;
  readonly manager: EntityManager;
  /** Runs as the last part of the transaction, in the order of registration: for locks that must be held briefly. */
  beforeCommit(fn: () => Promise<void>): void;
  /** Runs once the transaction is committed, in the order of registration; never after a rollback. */
  afterCommit(fn: () => void): void;
}

interface Hooks {
  readonly last: (() => Promise<void>)[];
  readonly committed: (() => void)[];
}

/** Everything that `run` is given happens in one transaction or not at all. */
@Injectable()
export class UnitOfWork {
  private readonly logger = new Logger('UnitOfWork');

  constructor(private readonly dataSource: DataSource) {}

  async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    const hooks: Hooks = { last: [], committed: [] };
    try {
      await runner.connect();
      await runner.startTransaction();
      const result = await work(transactionOn(runner, hooks));
      for (const last of hooks.last) await last();
      await runner.commitTransaction();
      this.announce(hooks.committed);
      return result;
    } catch (error) {
      await rollBack(runner);
      throw error;
    } finally {
      await runner.release();
    }
  }

  /** The change is durable already: a failing announcement must not make it look undone. */
  private announce(committed: readonly (() => void)[]): void {
    for (const fn of committed) {
      try {
        fn();
      } catch (error) {
        this.logger.error('An announcement after commit failed', error);
      }
    }
  }
}

function transactionOn(runner: QueryRunner, hooks: Hooks): Transaction {
  return {
    manager: runner.manager,
    query: async <R>(sql: string, params: unknown[] = []): Promise<R[]> => {
      const result = await runner.query(sql, params, true);
      return result.records as R[];
    },
    beforeCommit: (fn) => {
      hooks.last.push(fn);
    },
    afterCommit: (fn) => {
      hooks.committed.push(fn);
    },
  };
}

async function rollBack(runner: QueryRunner): Promise<void> {
  if (!runner.isTransactionActive) return;
  try {
    await runner.rollbackTransaction();
  } catch {
    // The connection is gone, and the transaction with it. The first error is the one to report.
  }
}
