import { fields, type FieldCodec } from '@ply/wire'
import type {
  Commitments,
  CommitmentSpec,
  Htlc,
  LocalCommit,
  NextRemoteCommit,
  RemoteCommit,
  Update,
} from '../commitment/commitments.ts'
import type { SecretStore } from '../keys/secretStore.ts'
import { bytes, list, oneOf, orUndefined, record, safeInteger, union } from './combinators.ts'

const { bytes32, millisatoshis, signature, u16, u32, u64 } = fields
const none = record<Record<never, never>>({})

export const directionCodec = oneOf<Htlc['direction']>('offered', 'received')

export const htlcCodec = record<Htlc>(
  {
    direction: directionCodec,
    id: u64,
    amountMsat: millisatoshis,
    paymentHash: bytes32,
    cltvExpiry: u32,
    onionRoutingPacket: bytes,
    pathKey: bytes,
  },
  ['pathKey'],
)

const secretStoreCodec = record<SecretStore>({
  known: list(orUndefined(record<NonNullable<SecretStore['known'][number]>>({ index: safeInteger, secret: bytes32 }))),
})

/** Commitments around HTLCs that stand elsewhere: `htlc` reads and writes a reference. */
export function commitmentsCodec(htlc: FieldCodec<Htlc>): FieldCodec<Commitments> {
  const update = union<'type', Update>('type', {
    add: [0, record<{ htlc: Htlc }>({ htlc })],
    fulfill: [1, record<Omit<Extract<Update, { type: 'fulfill' }>, 'type'>>({ id: u64, paymentPreimage: bytes32 })],
    fail: [2, record<Omit<Extract<Update, { type: 'fail' }>, 'type'>>({ id: u64, reason: bytes })],
    'fail-malformed': [
      3,
      record<Omit<Extract<Update, { type: 'fail-malformed' }>, 'type'>>({
        id: u64,
        sha256OfOnion: bytes32,
        failureCode: u16,
      }),
    ],
    fee: [4, record<{ feeratePerKw: number }>({ feeratePerKw: u32 })],
  })
  const updates = list(update)
  const spec = record<CommitmentSpec>({
    htlcs: list(htlc),
    feeratePerKw: u32,
    toLocalMsat: millisatoshis,
    toRemoteMsat: millisatoshis,
  })
  const localCommit = record<LocalCommit>({ number: safeInteger, spec, signature, htlcSignatures: list(signature) })
  const remoteCommit = record<RemoteCommit>({ number: safeInteger, spec, perCommitmentPoint: bytes })
  return record<Commitments>(
    {
      localCommit,
      remoteCommit,
      nextRemoteCommit: record<NextRemoteCommit>({ commit: remoteCommit, sentAtLocalNumber: safeInteger }),
      localChanges: record<Commitments['localChanges']>({ proposed: updates, signed: updates, acked: updates }),
      remoteChanges: record<Commitments['remoteChanges']>({ proposed: updates, acked: updates, signed: updates }),
      localNextHtlcId: u64,
      remoteNextHtlcId: u64,
      remoteNextPoint: bytes,
      fulfilledHtlcs: list(u64),
      remoteSecrets: secretStoreCodec,
    },
    ['nextRemoteCommit', 'remoteNextPoint'],
  )
}

/** All HTLC values in some commitments, each once. */
export function collectHtlcs(commitments: Commitments): readonly Htlc[] {
  const { localCommit, remoteCommit, nextRemoteCommit, localChanges, remoteChanges } = commitments
  const found = new Map<string, Htlc>()
  const add = (htlc: Htlc): void => void found.set(htlcKey(htlc), htlc)
  for (const { spec } of [localCommit, remoteCommit, ...(nextRemoteCommit ? [nextRemoteCommit.commit] : [])]) {
    spec.htlcs.forEach(add)
  }
  for (const updates of [...Object.values(localChanges), ...Object.values(remoteChanges)]) {
    for (const update of updates) if (update.type === 'add') add(update.htlc)
  }
  return [...found.values()]
}

export const htlcKey = ({ direction, id }: Htlc): string => `${direction}${id}`
export { none as emptyRecord }
