import { err, ok, type Result } from '@ply/bytes'
import { type Sats, sats, type Transaction, transactionWeight } from '@ply/primitives'
import type { ClosingSigned } from '@ply/wire'
import type { ChannelEnv } from '../env.ts'
import type { ChannelSigner } from '../keys/signer.ts'
import type { Channel, ClosingProposal, Negotiating } from '../state.ts'
import { fundingSighash } from '../commitment/signing.ts'
import { createClosingTransaction } from '../transactions/closingTransaction.ts'
import { verifySignature } from '../transactions/signature.ts'
import { computeFee } from '../transactions/weights.ts'
import { fundingWitness, withWitness } from '../transactions/witness.ts'
import { type ChannelViolation, violation } from '../violation.ts'
import { computeDustThreshold } from './shutdownScript.ts'

/** The lowest feerate that mempools relay, in satoshi per 1000 weight. */
const MIN_RELAY_FEERATE = 253
/** Weight of the witness that spends the funding output, with 73-byte signatures. */
const FUNDING_WITNESS_WEIGHT = 2 + 1 + 1 + 2 * 74 + 1 + 71

type ClosingParties = Pick<Negotiating, 'channel' | 'localShutdown' | 'remoteShutdown'>

/** The closing transaction at a fee, as the side with this dust limit builds it. */
function closingTransaction(parties: ClosingParties, feeSatoshis: Sats, dustLimit: Sats): Transaction {
  const { channel, localShutdown, remoteShutdown } = parties
  const { spec } = channel.commitments.localCommit
  return createClosingTransaction({
    fundingOutpoint: channel.fundingOutpoint,
    localIsOpener: channel.isOpener,
    toLocal: sats(spec.toLocalMsat / 1000n),
    toRemote: sats(spec.toRemoteMsat / 1000n),
    localScript: localShutdown,
    remoteScript: remoteShutdown,
    feeSatoshis,
    dustLimit,
  })
}

/** What the opener can pay at most. */
const openerBalance = ({ isOpener, commitments }: Channel): Sats => {
  const { toLocalMsat, toRemoteMsat } = commitments.localCommit.spec
  return sats((isOpener ? toLocalMsat : toRemoteMsat) / 1000n)
}

const smaller = (a: Sats, b: Sats): Sats => (a < b ? a : b)
const larger = (a: Sats, b: Sats): Sats => (a > b ? a : b)

/** The fee that we think fair and the range that we take (BOLT 2, closing_signed). The non-opener is generous: it does not pay. */
export function computeClosingFees(parties: ClosingParties, { feerates, policy }: ChannelEnv): ClosingProposal {
  const { channel } = parties
  const unsigned = closingTransaction(parties, sats(0), channel.local.dustLimitSatoshis)
  const weight = transactionWeight(unsigned) + FUNDING_WITNESS_WEIGHT
  const highest = openerBalance(channel)
  const minFeeSatoshis = smaller(computeFee(MIN_RELAY_FEERATE, weight), highest)
  const feerate = Math.max(feerates.mutualClose, MIN_RELAY_FEERATE)
  const feeSatoshis = smaller(computeFee(feerate, weight), highest)
  const maxFeeSatoshis = channel.isOpener
    ? smaller(computeFee(feerate * policy.maxCloseFeerateFactor, weight), highest)
    : highest
  return { feeSatoshis, minFeeSatoshis, maxFeeSatoshis }
}

/** Signs the closing transaction at a fee. */
export function signClosing(parties: ClosingParties, feeSatoshis: Sats, signer: ChannelSigner): Uint8Array {
  const { channel } = parties
  const transaction = closingTransaction(parties, feeSatoshis, channel.local.dustLimitSatoshis)
  return signer.sign(channel.keysId, { role: 'funding' }, fundingSighash(channel, transaction))
}

/**
 * The closing transaction that the peer signed, with both signatures. It may be built with the peer's dust limit or
 * ours, or without the peer's own output. Violations: `closing-fee-over-balance`, `invalid-closing-signature`,
 * `closing-output-dust`.
 */
export function checkClosingSigned(
  parties: ClosingParties,
  { feeSatoshis, signature }: ClosingSigned,
  signer: ChannelSigner,
): Result<Transaction, ChannelViolation> {
  const { channel } = parties
  if (feeSatoshis > openerBalance(channel)) {
    return err(violation('closing-fee-over-balance', `fee of ${feeSatoshis} sat is more than the opener has`))
  }
  const { local, remote } = channel
  const full = closingTransaction(parties, feeSatoshis, local.dustLimitSatoshis)
  const candidates = [
    full,
    closingTransaction(parties, feeSatoshis, remote.dustLimitSatoshis),
    { ...full, outputs: full.outputs.filter((output) => output.scriptPubKey !== parties.remoteShutdown) },
  ]
  const valid = candidates.find((candidate) =>
    verifySignature(fundingSighash(channel, candidate), signature, remote.keys.fundingPubkey),
  )
  if (!valid) return err(violation('invalid-closing-signature', `at a fee of ${feeSatoshis} sat`))
  const dust = valid.outputs.find((output) => output.value < computeDustThreshold(output.scriptPubKey))
  if (dust) return err(violation('closing-output-dust', `output of ${dust.value} sat`))
  const own = signer.sign(channel.keysId, { role: 'funding' }, fundingSighash(channel, valid))
  const witness = fundingWitness(
    { publicKey: local.keys.fundingPubkey, signature: own },
    { publicKey: remote.keys.fundingPubkey, signature },
  )
  return ok(withWitness(valid, witness))
}

/** How we answer a fee. */
export type ClosingAnswer =
  /** It is the fee we offered last: done. */
  | { readonly type: 'done' }
  /** We take it, and say so. */
  | { readonly type: 'accept' }
  | { readonly type: 'counter'; readonly feeSatoshis: Sats }

/**
 * Decides on the peer's fee (BOLT 2, receiving closing_signed). Violations: `closing-fee-out-of-range`,
 * `closing-fee-outside-overlap`, `closing-fee-not-between`.
 */
export function answerClosingFee(
  { channel, proposals, lastRemoteFee }: Negotiating,
  { feeSatoshis, feeRange }: ClosingSigned,
  own: ClosingProposal,
): Result<ClosingAnswer, ChannelViolation> {
  const last = proposals.at(-1)
  if (last?.feeSatoshis === feeSatoshis) return ok({ type: 'done' })
  if (last && feeSatoshis >= last.minFeeSatoshis && feeSatoshis <= last.maxFeeSatoshis) return ok({ type: 'accept' })
  if (feeRange) {
    const least = larger(feeRange.minFeeSatoshis, own.minFeeSatoshis)
    const most = smaller(feeRange.maxFeeSatoshis, own.maxFeeSatoshis)
    const figures = `theirs ${feeRange.minFeeSatoshis} to ${feeRange.maxFeeSatoshis}, ours ${own.minFeeSatoshis} to ${own.maxFeeSatoshis}`
    if (least > most) return err(violation('closing-fee-out-of-range', `no overlap: ${figures}`))
    const inOverlap = feeSatoshis >= least && feeSatoshis <= most
    if (channel.isOpener || last) {
      return inOverlap && channel.isOpener
        ? ok({ type: 'accept' })
        : err(violation('closing-fee-outside-overlap', `${feeSatoshis} sat; ${figures}`))
    }
    return inOverlap
      ? ok({ type: 'accept' })
      : ok({ type: 'counter', feeSatoshis: smaller(larger(own.feeSatoshis, least), most) })
  }
  if (feeSatoshis >= own.minFeeSatoshis && feeSatoshis <= own.maxFeeSatoshis) return ok({ type: 'accept' })
  const previous = last?.feeSatoshis ?? own.feeSatoshis
  if (lastRemoteFee !== undefined && last) {
    const between =
      (feeSatoshis > previous && feeSatoshis < lastRemoteFee) || (feeSatoshis < previous && feeSatoshis > lastRemoteFee)
    if (!between) return err(violation('closing-fee-not-between', `${feeSatoshis} sat after ${lastRemoteFee}`))
  }
  const middle = sats((previous + feeSatoshis) / 2n)
  return middle === previous || middle === feeSatoshis
    ? ok({ type: 'accept' })
    : ok({ type: 'counter', feeSatoshis: middle })
}
