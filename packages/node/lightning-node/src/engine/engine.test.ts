import { expect, test } from 'vitest'
import { SeededEntropy } from '@ply/testkit'
import type { NodeEffect, NodeEnv, NodeEvent } from '@ply/lightning'
import type { Logger, Store, StoreOp } from '@ply/ports'
import { MemoryStore } from '@ply/testkit'
import { Engine } from './engine.ts'
import type { NodeMachine } from './machine.ts'

const logger: Logger = { log: () => undefined, child: () => logger }
const env: NodeEnv = {
  now: 0,
  entropy: new SeededEntropy(1),
  feerates: { normal: 1, urgent: 1, minimum: 1 },
  walletScript: new Uint8Array(0),
}
const key = (n: number): Uint8Array => Uint8Array.of(n)

/** A machine that stores each peer message's first byte and sends it back. */
const machine = {
  handle: (event: NodeEvent): readonly NodeEffect[] => {
    if (event.type !== 'peer-message') return []
    if (event.bytes[0] === 99) throw new Error('a bug')
    const { peer, bytes } = event
    return [
      { type: 'send', peer, bytes },
      { type: 'persist', ops: [{ type: 'put', key: key(bytes[0]!), value: bytes }] },
    ]
  },
} as unknown as NodeMachine

class Journal {
  readonly lines: string[] = []
  readonly failures: unknown[] = []
  readonly store: Store = new MemoryStore()
  broken = false
  readonly engine: Engine

  constructor() {
    const batch = this.store.batch.bind(this.store)
    this.store.batch = async (ops: readonly StoreOp[], options) => {
      if (this.broken) throw new Error('disk full')
      await batch(ops, options)
      this.lines.push(`stored ${ops.map((op) => op.key.at(-1)).join(',')}${options?.sync ? ' synced' : ''}`)
    }
    this.engine = new Engine({
      machine,
      store: this.store,
      logger,
      env: () => env,
      watch: () => undefined,
      run: (effect) => {
        if (effect.type === 'send') this.lines.push(`sent ${effect.bytes[0]}`)
      },
      shellOps: () => [],
      failed: (error) => this.failures.push(error),
    })
  }

  message(byte: number): Promise<void> {
    return this.engine.post({ type: 'peer-message', peer: 'p', bytes: Uint8Array.of(byte) })
  }
}

test('what arrives together is stored in one synced batch, and only then goes out, in order', async () => {
  const journal = new Journal()
  await Promise.all([journal.message(1), journal.message(2)])
  await journal.message(3)
  expect(journal.lines).toEqual(['stored 1,2 synced', 'sent 1', 'sent 2', 'stored 3 synced', 'sent 3'])
})

test('what nothing goes out for is stored without a sync, and synced by the next batch that something does', async () => {
  const journal = new Journal()
  await journal.engine.post(() => ({ event: { type: 'tick' }, ops: [{ type: 'put', key: key(5), value: key(5) }] }))
  await journal.message(1)
  expect(journal.lines).toEqual(['stored 5', 'stored 1 synced', 'sent 1'])
})

test('operations of the shell are in the same batch as the event that they belong to', async () => {
  const journal = new Journal()
  await journal.engine.post(() => ({
    event: { type: 'peer-message', peer: 'p', bytes: Uint8Array.of(7) },
    ops: [{ type: 'put', key: key(8), value: key(8) }],
  }))
  expect(journal.lines[0]).toBe('stored 8,7 synced')
})

test.each(['a store that does not store', 'a bug in the machine'])(
  'after %s nothing goes out any more',
  async (cause) => {
    const journal = new Journal()
    await journal.message(1)
    const before = journal.lines.length
    journal.broken = cause.startsWith('a store')
    void journal.message(2)
    void journal.message(99)
    await new Promise((resolve) => setImmediate(resolve))
    void journal.message(3)
    await new Promise((resolve) => setImmediate(resolve))
    expect(journal.failures).toHaveLength(1)
    expect(journal.lines).toHaveLength(before)
  },
)
