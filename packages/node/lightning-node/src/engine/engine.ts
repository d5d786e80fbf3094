import type { NodeEffect, NodeEnv, NodeEvent } from '@ply/lightning'
import type { Logger, Store, StoreOp } from '@ply/ports'
import type { NodeMachine } from './machine.ts'
import { machineOp } from './storeKeys.ts'

export type WatchEffect = Extract<NodeEffect, { readonly type: 'watch' }>
export type OutwardEffect = Exclude<NodeEffect, { readonly type: 'persist' | 'watch' }>

export interface EngineOptions {
  readonly machine: NodeMachine
  readonly store: Store
  readonly logger: Logger
  env(): NodeEnv
  /** Takes note of a watch at once: the next event may be the block that it is about. */
  watch(effect: WatchEffect): void
  /** Runs one outward effect; called in order, after everything before it is on disk. Must not throw. */
  run(effect: OutwardEffect): void
  /** Operations of the shell that shall be in the next batch. */
  shellOps(): readonly StoreOp[]
  /** Called once when the engine can no longer go on: a bug in the machine, or a store that does not store. */
  failed(error: unknown): void
}

/** An event, or what makes it when its turn has come, with operations of the shell for the same batch. */
export type Posting = NodeEvent | (() => { readonly event: NodeEvent; readonly ops: readonly StoreOp[] })

interface Posted {
  readonly posting: Posting
  resolve(): void
}

/** Events that one batch may cover: enough to share the cost of a sync, few enough to answer soon. */
const MAX_GROUP = 64

/**
 * Feeds the machine one event at a time. What a group of events wants stored is committed in one atomic batch, synced
 * before anything goes out. After a failure nothing goes out any more: a message about a state that is not on
 * disk could cost money.
 */
export class Engine {
  readonly #options: EngineOptions
  #queue: Posted[] = []
  #running: Promise<void> | undefined
  #dead = false
  /** Something is stored that a power cut could still take. */
  #unsynced = false

  constructor(options: EngineOptions) {
    this.#options = options
  }

  /** Resolves when the event was handled, stored, and its effects were started; never after a failure or `stop`. */
  post(posting: Posting): Promise<void> {
    if (this.#dead) return new Promise(() => undefined)
    return new Promise((resolve) => {
      this.#queue.push({ posting, resolve })
      this.#running ??= this.#run()
    })
  }

  /** Lets the current group finish; later events are dropped. */
  async stop(): Promise<void> {
    this.#dead = true
    this.#queue = []
    await this.#running
  }

  async #run(): Promise<void> {
    // One turn of the event loop, so that what arrives together is stored together.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, MAX_GROUP)
      try {
        await this.#handle(group)
      } catch (error) {
        this.#dead = true
        this.#queue = []
        this.#options.logger.log('error', 'stopped', { error })
        this.#options.failed(error)
        return
      }
      for (const { resolve } of group) resolve()
    }
    this.#running = undefined
  }

  async #handle(group: readonly Posted[]): Promise<void> {
    const { machine, store, env, run, watch, shellOps } = this.#options
    const ops: StoreOp[] = []
    const outward: OutwardEffect[] = []
    for (const { posting } of group) {
      const made = typeof posting === 'function' ? posting() : { event: posting, ops: [] }
      ops.push(...made.ops)
      for (const effect of machine.handle(made.event, env())) {
        if (effect.type === 'persist') ops.push(...effect.ops.map(machineOp))
        else if (effect.type === 'watch') watch(effect)
        else outward.push(effect)
      }
    }
    ops.push(...shellOps())
    // A store's batches become durable in their order, so one that nothing goes out for may wait for the next sync.
    const sync = outward.some((effect) => effect.type !== 'notify')
    if (ops.length > 0 || (sync && this.#unsynced)) {
      await store.batch(ops, { sync })
      this.#unsynced = !sync
    }
    for (const effect of outward) run(effect)
  }
}
