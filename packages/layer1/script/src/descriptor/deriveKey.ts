import { assert, bytesToHex, err, ok, type Result } from '@ply/bytes'
import { type ExtendedKey, HARDENED, hash160, musigKeyAgg, musigKeySort, musigPlainPubkey } from '@ply/crypto'
import { createAggregateRoot } from './aggregateKey.ts'
import {
  type ExtendedKeyExpression,
  isRangedKey,
  type KeyExpression,
  type KeyOrigin,
  type MusigExpression,
  type SingleKey,
} from './keyExpression.ts'
import type { KeyPathStep } from './keyPath.ts'

/** Why a descriptor made no script: a hardened step without its secret key, or a multipath not expanded yet. */
export type DerivationViolation = 'descriptor-needs-private-keys' | 'descriptor-is-multipath'

/** A key of a descriptor at one index. */
export interface DerivedKey {
  /** 33 or 65 bytes. */
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array | undefined
  readonly origin: KeyOrigin
  /** The keys of an aggregate, as they were given (BIP 390). */
  readonly participants?: readonly DerivedKey[]
  /** Their aggregate, 33 bytes: `publicKey` itself, or what that is derived from (BIP 328). */
  readonly aggregateKey?: Uint8Array
}

const fingerprintOf = (publicKey: Uint8Array): string => bytesToHex(hash160(publicKey).subarray(0, 4))

function deriveSingle({ publicKey, secretKey, origin }: SingleKey): DerivedKey {
  return { publicKey, secretKey, origin: origin ?? { fingerprint: fingerprintOf(publicKey), path: [] } }
}

/** The whole path at an index; undefined while it has alternatives. */
function fullPath(steps: readonly KeyPathStep[], wildcard: 'none' | 'unhardened' | 'hardened', index: number) {
  const path = steps.filter((step) => typeof step === 'number')
  if (path.length < steps.length) return undefined
  switch (wildcard) {
    case 'none':
      return path
    case 'unhardened':
      return [...path, index]
    case 'hardened':
      return [...path, index + HARDENED]
  }
}

/** Parents derived last, by root: the keys of one descriptor differ in the last step only. */
const parents = new WeakMap<ExtendedKey, { readonly path: string; readonly parent: ExtendedKey }>()

function deriveFrom(root: ExtendedKey, path: readonly number[]): ExtendedKey {
  const last = path.at(-1)
  if (last === undefined) return root
  const above = path.slice(0, -1)
  const id = above.join('/')
  let known = parents.get(root)
  if (known?.path !== id) {
    known = { path: id, parent: root.derive(above) }
    parents.set(root, known)
  }
  return known.parent.child(last)
}

function deriveExtended(
  { key, path: steps, wildcard, origin }: ExtendedKeyExpression,
  index: number,
): Result<DerivedKey, DerivationViolation> {
  const path = fullPath(steps, wildcard, index)
  if (!path) return err('descriptor-is-multipath')
  if (key.secretKey === undefined && path.some((step) => step >= HARDENED)) return err('descriptor-needs-private-keys')
  const { publicKey, secretKey } = deriveFrom(key, path)
  const root = origin ?? { fingerprint: bytesToHex(key.fingerprint), path: [] }
  return ok({ publicKey, secretKey, origin: { fingerprint: root.fingerprint, path: [...root.path, ...path] } })
}

/** What the participants make, before anything is derived from it. */
interface Aggregate {
  readonly participants: readonly DerivedKey[]
  readonly root: ExtendedKey
}

/** Of participants that are the same at each index. */
const aggregates = new WeakMap<MusigExpression, Aggregate>()

function aggregateAt(key: MusigExpression, index: number): Result<Aggregate, DerivationViolation> {
  const known = aggregates.get(key)
  if (known) return ok(known)
  const participants: DerivedKey[] = []
  for (const participant of key.participants) {
    const derived = deriveKey(participant, index)
    if (!derived.ok) return derived
    participants.push(derived.value)
  }
  const sum = musigKeyAgg(musigKeySort(participants.map(({ publicKey }) => publicKey)))
  assert(sum.ok, 'keys on the curve that sum up to infinity')
  const aggregate = { participants, root: createAggregateRoot(musigPlainPubkey(sum.value)) }
  if (!key.participants.some(isRangedKey)) aggregates.set(key, aggregate)
  return ok(aggregate)
}

function deriveMusig(key: MusigExpression, index: number): Result<DerivedKey, DerivationViolation> {
  const aggregate = aggregateAt(key, index)
  if (!aggregate.ok) return aggregate
  const path = fullPath(key.path, key.wildcard, index)
  if (!path) return err('descriptor-is-multipath')
  const { participants, root } = aggregate.value
  const { publicKey } = deriveFrom(root, path)
  const origin = { fingerprint: bytesToHex(root.fingerprint), path }
  return ok({ publicKey, secretKey: undefined, origin, participants, aggregateKey: root.publicKey })
}

/** The key at an index below 2³¹; a key that is not ranged is the same at each. */
export function deriveKey(key: KeyExpression, index: number): Result<DerivedKey, DerivationViolation> {
  assert(Number.isInteger(index) && index >= 0 && index < HARDENED, 'descriptor index out of range')
  switch (key.kind) {
    case 'single':
      return ok(deriveSingle(key))
    case 'extended':
      return deriveExtended(key, index)
    case 'musig':
      return deriveMusig(key, index)
  }
}
