import type { OutPoint, Transaction, TxOutput } from '@ply/primitives'
import { msats } from '@ply/primitives'
import { createP2wsh } from '@ply/script'
import { computeChannelId } from '@ply/wire'
import type { CommitmentSpec, LocalCommit } from '../commitment/commitments.ts'
import type { CommitmentContext, NumberedSpec } from '../commitment/context.ts'
import { EMPTY_SECRET_STORE } from '../keys/secretStore.ts'
import type { AgreedTerms, Channel } from '../state.ts'
import { fundingScript } from '../transactions/scripts.ts'

/** The output that the funding transaction must have. */
export const fundingOutput = ({ fundingSatoshis, local, remote }: AgreedTerms | Channel): TxOutput => ({
  value: fundingSatoshis,
  scriptPubKey: createP2wsh(fundingScript(local.keys.fundingPubkey, remote.keys.fundingPubkey)),
})

/** What commitment number 0 holds, seen from us. */
export function initialSpec({ isOpener, fundingSatoshis, pushMsat, feeratePerKw }: AgreedTerms): CommitmentSpec {
  const openerMsat = msats(fundingSatoshis * 1000n - pushMsat)
  return {
    htlcs: [],
    feeratePerKw,
    toLocalMsat: isOpener ? openerMsat : pushMsat,
    toRemoteMsat: isOpener ? pushMsat : openerMsat,
  }
}

export const contextOf = (terms: AgreedTerms, fundingOutpoint: OutPoint): CommitmentContext => ({
  ...terms,
  fundingOutpoint,
})

/** The peer's commitment number 0. */
export const initialRemote = (terms: AgreedTerms): NumberedSpec => ({
  number: 0,
  spec: initialSpec(terms),
  perCommitmentPoint: terms.remoteFirstPoint,
})

/** The channel that two signatures of commitment 0 bring into being. */
export function createChannel(
  terms: AgreedTerms,
  funding: { readonly outpoint: OutPoint; readonly transaction?: Transaction; readonly height: number },
  localCommit: LocalCommit,
): Channel {
  const { remoteNodeId, keysId, isOpener, announceChannel, format, local, remote, fundingSatoshis } = terms
  return {
    channelId: computeChannelId(funding.outpoint),
    remoteNodeId,
    keysId,
    isOpener,
    announceChannel,
    format,
    local,
    remote,
    fundingOutpoint: funding.outpoint,
    fundingSatoshis,
    ...(funding.transaction ? { fundingTransaction: funding.transaction } : {}),
    minimumDepth: terms.minimumDepth,
    createdAt: funding.height,
    closeScript: terms.closeScript,
    localReady: false,
    remoteReady: false,
    commitments: {
      localCommit,
      remoteCommit: initialRemote(terms),
      localChanges: { proposed: [], signed: [], acked: [] },
      remoteChanges: { proposed: [], acked: [], signed: [] },
      localNextHtlcId: 0n,
      remoteNextHtlcId: 0n,
      fulfilledHtlcs: [],
      remoteSecrets: EMPTY_SECRET_STORE,
    },
  }
}
