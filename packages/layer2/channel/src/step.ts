import { decodeUtf8, utf8ToBytes } from '@ply/bytes'
import { ALL_CHANNELS, type ChannelId, type Message } from '@ply/wire'
import type { Effect, Notification, Settlement, Step } from './effect.ts'
import type { ChannelEvent } from './event.ts'
import type { ChannelState } from './state.ts'
import { type ChannelViolation, violation } from './violation.ts'

/** A state and what the shell has to do. */
export const step = (state: ChannelState, ...effects: readonly Effect[]): Step<ChannelState> => ({ state, effects })

export const send = (message: Message): Effect => ({ type: 'send', message })
export const notify = (notification: Notification): Effect => ({ type: 'notify', notification })
export const settle = (settlement: Settlement): Effect => ({ type: 'settle', settlement })

/** BOLT 1: the peer must close its side too. */
export const sendError = (channelId: ChannelId, text: string): Effect =>
  send({ type: 'error', channelId, data: utf8ToBytes(text) })

/** BOLT 1: something is wrong, but the channel lives on. */
export const sendWarning = (channelId: ChannelId, text: string): Effect =>
  send({ type: 'warning', channelId, data: utf8ToBytes(text) })

/** How a violation reads in an `error` or `warning`. */
export const violationText = ({ code, detail }: ChannelViolation): string => `${code}: ${detail}`

/** Payments do not flow in this state. */
export const notReady = (state: ChannelState): ChannelViolation =>
  violation('channel-not-ready', `the channel is in state ${state.kind}`)

/** A command that this state cannot follow; an offered HTLC gets its answer. */
export function refuse(state: ChannelState, event: ChannelEvent): Step<ChannelState> {
  if (event.type === 'add-htlc') {
    return step(state, settle({ kind: 'refused', ref: event.ref, violation: notReady(state) }))
  }
  const reason = `the channel is in state ${state.kind}`
  return step(state, notify({ kind: 'refused', command: event.type, reason }))
}

/** The peer sent something that has no place in this state. */
export const unexpected = (state: ChannelState, message: Message): Step<ChannelState> =>
  step(
    state,
    notify({
      kind: 'violation',
      violation: { code: 'unexpected-message', detail: `${message.type} in state ${state.kind}` },
    }),
  )

/** True if an `error` or `warning` is about this channel or about all. */
export const concerns = (message: { readonly channelId: Uint8Array }, channelId: Uint8Array): boolean =>
  [channelId, ALL_CHANNELS].some((id) => id.every((byte, i) => byte === message.channelId[i]))

/** Text that a peer sent, as far as it is UTF-8. */
export function peerText(data: Uint8Array): string {
  const text = decodeUtf8(data)
  return text.ok ? text.value : `${data.length} bytes that are not text`
}
