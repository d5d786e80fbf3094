import { bytesToHex, unwrap, utf8ToBytes } from '@ply/bytes'
import { sha256 } from '@ply/crypto'
import type { NetworkParameters } from '@ply/primitives'
import {
  type Descriptor,
  descriptorKeys,
  formatDescriptor,
  isRanged,
  type KeyExpression,
  parseDescriptor,
} from '@ply/script'

/** A descriptor of a wallet and how far its addresses were used. Indexes are of a ranged descriptor, 0 otherwise. */
export interface WalletDescriptor {
  /** Hash of the text. */
  readonly id: string
  /** Without secret keys, with its checksum. */
  readonly text: string
  /** What is derived from: no secret keys, hardened steps in the origins. */
  readonly descriptor: Descriptor
  /** No transaction is older, in seconds since the Unix epoch. */
  readonly timestamp: number
  /** Given out for change, not to others. */
  readonly internal: boolean
  /** First index that is watched. */
  readonly start: number
  /** One more than the last index that is watched. */
  readonly end: number
  /** The next index to be given out. */
  readonly next: number
}

/** A script's descriptor and index. */
export interface DescriptorKey {
  readonly id: string
  readonly index: number
}

const hasSecretKey = (key: KeyExpression): boolean => {
  switch (key.kind) {
    case 'single':
      return key.secretKey !== undefined
    case 'extended':
      return key.key.secretKey !== undefined
    case 'musig':
      return key.participants.some(hasSecretKey)
  }
}

/** True if a descriptor has any secret key. */
export const hasSecrets = (descriptor: Descriptor): boolean => descriptorKeys(descriptor).some(hasSecretKey)

/** The id of a descriptor: the same with and without its secret keys. */
export const descriptorId = (publicText: string): string => bytesToHex(sha256(utf8ToBytes(publicText)))

/** A wallet's entry for a descriptor that was parsed with whatever secrets it came with. */
export function createWalletDescriptor(
  parsed: Descriptor,
  network: NetworkParameters,
  fields: Pick<WalletDescriptor, 'timestamp' | 'internal' | 'start' | 'end' | 'next'>,
): WalletDescriptor {
  const text = formatDescriptor(parsed)
  const descriptor = unwrap(parseDescriptor(formatDescriptor(parsed, 'normalized'), network))
  return { id: descriptorId(text), text, descriptor, ...fields }
}

/** How many addresses are watched and not given out yet; Bitcoin Core counts an address that is none of many as none. */
export const keypoolSize = ({ descriptor, end, next }: WalletDescriptor): number =>
  isRanged(descriptor) ? end - next : 0
