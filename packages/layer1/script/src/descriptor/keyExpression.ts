import type { ExtendedKey } from '@ply/crypto'
import { choosePath, countPaths, type HardenedMark, type KeyPathStep } from './keyPath.ts'

/** Where a key comes from: the fingerprint of a master key, eight hexadecimal digits, and the path from there. */
export interface KeyOrigin {
  readonly fingerprint: string
  readonly path: readonly number[]
}

/** The last step of a ranged key: `/*` or `/*h`. */
export type Wildcard = 'none' | 'unhardened' | 'hardened'

interface WithOrigin {
  readonly origin: KeyOrigin | undefined
  readonly mark: HardenedMark
}

/** A public key as such, or the secret key of one. */
export interface SingleKey extends WithOrigin {
  readonly kind: 'single'
  /** 33 or 65 bytes; with an even y where only x was given. */
  readonly publicKey: Uint8Array
  readonly secretKey: Uint8Array | undefined
  /** The secret key's text. */
  readonly wif: string | undefined
  /** Written as 32 bytes (BIP 386). */
  readonly xOnly: boolean
}

/** A BIP 32 key with the path to what is used. */
export interface ExtendedKeyExpression extends WithOrigin {
  readonly kind: 'extended'
  readonly key: ExtendedKey
  readonly path: readonly KeyPathStep[]
  readonly wildcard: Wildcard
}

/** BIP 390: the MuSig2 aggregate of sorted keys, with a path below it (BIP 328). */
export interface MusigExpression {
  readonly kind: 'musig'
  readonly participants: readonly (SingleKey | ExtendedKeyExpression)[]
  readonly path: readonly KeyPathStep[]
  readonly wildcard: 'none' | 'unhardened'
}

/** A KEY expression of BIP 380. */
export type KeyExpression = SingleKey | ExtendedKeyExpression | MusigExpression

/** True if the key is another one for each index. */
export function isRangedKey(key: KeyExpression): boolean {
  switch (key.kind) {
    case 'single':
      return false
    case 'extended':
      return key.wildcard !== 'none'
    case 'musig':
      return key.wildcard !== 'none' || key.participants.some(isRangedKey)
  }
}

/** How many keys a multipath expression stands for (BIP 389); 1 for any other. */
export function countKeys(key: KeyExpression): number {
  switch (key.kind) {
    case 'single':
      return 1
    case 'extended':
      return countPaths(key.path)
    case 'musig':
      return Math.max(countPaths(key.path), ...key.participants.map(countKeys))
  }
}

/** One of the keys of a multipath expression; any other is the same for every choice. */
export function chooseKey<K extends KeyExpression>(key: K, choice: number): K {
  switch (key.kind) {
    case 'single':
      return key
    case 'extended':
      return { ...key, path: choosePath(key.path, choice) }
    case 'musig':
      return {
        ...key,
        path: choosePath(key.path, choice),
        participants: key.participants.map((participant) => chooseKey(participant, choice)),
      }
  }
}
