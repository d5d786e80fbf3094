import { assert, bytesToHex, err, ok, type Result } from '@ply/bytes'
import { type ExtendedKey, HARDENED, hash160, musigKeyAgg, musigKeySort, musigPlainPubkey } from '@ply/crypto'
import { deriveAggregate } from './aggregateKey.ts'
import type { ExtendedKeyExpression, KeyExpression, KeyOrigin, MusigExpression, SingleKey } from './keyExpression.ts'
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

function deriveMusig(key: MusigExpression, index: number): Result<DerivedKey, DerivationViolation> {
  const participants: DerivedKey[] = []
  for (const participant of key.participants) {
    const derived = deriveKey(participant, index)
    if (!derived.ok) return derived
    participants.push(derived.value)
  }
  const path = fullPath(key.path, key.wildcard, index)
  if (!path) return err('descriptor-is-multipath')
  const aggregate = musigKeyAgg(musigKeySort(participants.map(({ publicKey }) => publicKey)))
  assert(aggregate.ok, 'keys on the curve that sum up to infinity')
  const root = musigPlainPubkey(aggregate.value)
  const origin = { fingerprint: fingerprintOf(root), path }
  const { publicKey } = deriveAggregate(root, path)
  return ok({ publicKey, secretKey: undefined, origin, participants, aggregateKey: root })
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
