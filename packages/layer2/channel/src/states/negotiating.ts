import type { Transaction } from '@ply/primitives'
import type { ClosingSigned } from '@ply/wire'
import { answerClosingFee, checkClosingSigned, computeClosingFees, signClosing } from '../closing/closingSigned.ts'
import { createClosing, punish } from '../closing/forceClose.ts'
import type { Effect, Step } from '../effect.ts'
import type { ChannelEnv } from '../env.ts'
import { resolutionEffects } from '../onchain/resolutionEffects.ts'
import type { ChannelState, Closing, ClosingProposal, Negotiating, Shutdown } from '../state.ts'
import { notify, send, step } from '../step.ts'
import { violation } from '../violation.ts'

/** closing_signed with our signature, remembered as our latest proposal. */
function propose(
  state: Negotiating,
  proposal: ClosingProposal,
  env: ChannelEnv,
): { readonly state: Negotiating; readonly message: Effect } {
  const { feeSatoshis, ...feeRange } = proposal
  const signature = signClosing(state, feeSatoshis, env.signer)
  return {
    state: { ...state, proposals: [...state.proposals, proposal] },
    message: send({ type: 'closing_signed', channelId: state.channel.channelId, feeSatoshis, signature, feeRange }),
  }
}

/** Begins, or after a reconnection begins again, to agree on the closing fee: the opener makes the first offer. */
export function startNegotiation(
  { channel, localShutdown, remoteShutdown }: Shutdown | Negotiating,
  env: ChannelEnv,
  effects: readonly Effect[] = [],
): Step<ChannelState> {
  const state: Negotiating = { kind: 'negotiating', channel, localShutdown, remoteShutdown, proposals: [], signed: [] }
  if (!channel.isOpener) return step(state, ...effects)
  const proposed = propose(state, computeClosingFees(state, env), env)
  return step(proposed.state, ...effects, proposed.message)
}

/** Both signatures are there: the closing transaction goes out. */
function close(
  state: Negotiating,
  agreed: Transaction,
  env: ChannelEnv,
  effects: readonly Effect[],
): Step<ChannelState> {
  const closing: Closing = {
    ...createClosing(state.channel, { type: 'mutual' }),
    mutualCloses: [...state.signed, agreed],
  }
  return step(
    closing,
    ...effects,
    notify({ kind: 'closing', cause: closing.cause }),
    ...resolutionEffects(closing, env),
  )
}

/** The peer's closing_signed: agreed, answered with another fee, or refused. */
export function onClosingSigned(state: Negotiating, message: ClosingSigned, env: ChannelEnv): Step<ChannelState> {
  if (state.channel.isOpener && state.proposals.length === 0) {
    return punish(state, violation('closing-too-early', 'the opener makes the first offer'), env)
  }
  const signed = checkClosingSigned(state, message, env.signer)
  if (!signed.ok) return punish(state, signed.error, env)
  const own = computeClosingFees(state, env)
  const answer = answerClosingFee(state, message, own)
  if (!answer.ok) return punish(state, answer.error, env)
  switch (answer.value.type) {
    case 'done':
      return close(state, signed.value, env, [])
    case 'accept': {
      const proposed = propose(state, { ...own, feeSatoshis: message.feeSatoshis }, env)
      return close(proposed.state, signed.value, env, [proposed.message])
    }
    case 'counter': {
      const next: Negotiating = {
        ...state,
        lastRemoteFee: message.feeSatoshis,
        signed: [...state.signed, signed.value],
      }
      const proposed = propose(next, { ...own, feeSatoshis: answer.value.feeSatoshis }, env)
      return step(proposed.state, proposed.message)
    }
  }
}
