import type { Effect } from '@ply/channel'
import { bytesToHex, err, ok } from '@ply/bytes'
import type { StoreOp } from '@ply/ports'
import { encodeMessage, type Message } from '@ply/wire'
import type { ChannelEntry } from './channels/channelEntry.ts'
import type { CommandErrorCode, CommandResult } from './command.ts'
import type { NodeCore } from './core.ts'
import type { NodeEffect } from './effect.ts'
import type { Notification } from './notification.ts'
import type { NodeEnv, PeerId, RequestId } from './state.ts'

/** What a step of a channel means for the rest of the node; dealt with when the step is done. */
export interface ChannelOutcome {
  readonly entry: ChannelEntry
  readonly effect: Extract<Effect, { readonly type: 'settle' | 'notify' }>
}

type Write = { readonly key: Uint8Array; readonly value: (() => Uint8Array) | undefined }

/** The handling of one event: what it reads, and what it wants done. All of it is stored as one batch. */
export class Turn {
  readonly core: NodeCore
  readonly env: NodeEnv
  /** Outcomes of channels that were not dealt with yet, oldest first. */
  readonly outcomes: ChannelOutcome[] = []
  /** Channels that took steps. */
  readonly touched = new Set<ChannelEntry>()
  /** Channels that have updates to sign when the turn ends. */
  readonly toCommit = new Set<ChannelEntry>()
  readonly #writes = new Map<string, Write>()
  readonly #effects: NodeEffect[] = []

  constructor(core: NodeCore, env: NodeEnv) {
    this.core = core
    this.env = env
  }

  get height(): number {
    return this.core.tip?.height ?? 0
  }

  /** `value` is asked for once, when the turn ends: what is written twice is encoded once. */
  put(key: Uint8Array, value: () => Uint8Array): void {
    this.#writes.set(bytesToHex(key), { key, value })
  }

  remove(key: Uint8Array): void {
    this.#writes.set(bytesToHex(key), { key, value: undefined })
  }

  effect(effect: Exclude<NodeEffect, { readonly type: 'persist' }>): void {
    this.#effects.push(effect)
  }

  /** To a connected peer; dropped if it is not. */
  send(peer: PeerId, message: Message): void {
    this.sendBytes(peer, encodeMessage(message))
  }

  sendBytes(peer: PeerId, bytes: Uint8Array): void {
    if (this.core.peers.has(peer)) this.#effects.push({ type: 'send', peer, bytes })
  }

  notify(notification: Notification): void {
    this.#effects.push({ type: 'notify', notification })
  }

  reply(requestId: RequestId, result: CommandResult): void {
    this.#effects.push({ type: 'reply', requestId, result: ok(result) })
  }

  refuse(requestId: RequestId, code: CommandErrorCode, message: string): void {
    this.#effects.push({ type: 'reply', requestId, result: err({ code, message }) })
  }

  /** Everything to do, the batch to store first. */
  finish(): readonly NodeEffect[] {
    const ops = [...this.#writes.values()].map(({ key, value }): StoreOp =>
      value ? { type: 'put', key, value: value() } : { type: 'del', key },
    )
    return ops.length > 0 ? [{ type: 'persist', ops }, ...this.#effects] : this.#effects
  }
}
