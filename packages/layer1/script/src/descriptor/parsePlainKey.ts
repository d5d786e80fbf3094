import { concatBytes, decodeHex, hexToBytes } from '@ply/bytes'
import { ExtendedKey, isPublicKey, publicKeyFromSecret } from '@ply/crypto'
import { decodeWif, type NetworkParameters } from '@ply/primitives'
import { refuse } from './expression.ts'
import type { ExtendedKeyExpression, KeyOrigin, SingleKey, Wildcard } from './keyExpression.ts'
import { type HardenedMark, parseKeyPath } from './keyPath.ts'

/** Where a key stands: it decides which forms are allowed. */
export type KeyContext = 'top' | 'sh' | 'wpkh' | 'wsh' | 'tr' | 'musig'

/** What parsing needs to know beside the text. */
export interface KeyParser {
  readonly network: NetworkParameters
  readonly context: KeyContext
}

type PlainKey = SingleKey | ExtendedKeyExpression

/** A key and the mark of its last hardened step, if it has one. */
interface MarkedKey {
  readonly key: PlainKey
  readonly mark: HardenedMark | undefined
}

/** Non-empty and of whole bytes, as Bitcoin Core's `IsHex`. */
const isHex = (text: string): boolean => /^(?:[0-9a-fA-F]{2})+$/.test(text)

function parsePublicKey(text: string, { context }: KeyParser): SingleKey {
  const bytes = hexToBytes(text.toLowerCase())
  const single = { kind: 'single', origin: undefined, mark: 'h', secretKey: undefined, wif: undefined } as const
  if (bytes.length === 65 && (bytes[0] === 6 || bytes[0] === 7)) refuse('Hybrid public keys are not allowed')
  if ((bytes.length === 33 || bytes.length === 65) && isPublicKey(bytes)) {
    if (bytes.length === 65 && context !== 'top' && context !== 'sh') refuse('Uncompressed keys are not allowed')
    return { ...single, publicKey: bytes, xOnly: false }
  }
  const lifted = concatBytes(Uint8Array.of(2), bytes)
  if (bytes.length === 32 && context === 'tr' && isPublicKey(lifted)) {
    return { ...single, publicKey: lifted, xOnly: true }
  }
  return refuse(`Pubkey '${text}' is invalid`)
}

function parseSecretKey(text: string, { network, context }: KeyParser): SingleKey | undefined {
  const decoded = decodeWif(text, network)
  if (!decoded.ok) return undefined
  const { secretKey, compressed } = decoded.value
  if (!compressed && context !== 'top' && context !== 'sh') refuse('Uncompressed keys are not allowed')
  const publicKey = publicKeyFromSecret(secretKey, compressed)
  if (!publicKey) return undefined
  return { kind: 'single', origin: undefined, mark: 'h', publicKey, secretKey, wif: text, xOnly: context === 'tr' }
}

/** Takes the wildcard off the end of a path. */
export function takeWildcard(steps: readonly string[]): {
  readonly wildcard: Wildcard
  readonly mark: HardenedMark | undefined
  readonly rest: readonly string[]
} {
  const last = steps.at(-1)
  const rest = steps.slice(0, -1)
  if (last === '*') return { wildcard: 'unhardened', mark: undefined, rest }
  if (last === "*'" || last === '*h') return { wildcard: 'hardened', mark: last === '*h' ? 'h' : "'", rest }
  return { wildcard: 'none', mark: undefined, rest: steps }
}

function parseExtendedKey(text: string, steps: readonly string[], { network }: KeyParser): MarkedKey {
  const key = ExtendedKey.decode(text, network.address.extendedKeys)
  if (!key.ok) return refuse(`key '${text}' is not valid`)
  const { wildcard, mark, rest } = takeWildcard(steps)
  const path = parseKeyPath(rest, true)
  const extended = {
    kind: 'extended',
    origin: undefined,
    key: key.value,
    path: path.steps,
    wildcard,
    mark: 'h',
  } as const
  return { key: extended, mark: path.mark ?? mark }
}

function parseWithoutOrigin(text: string, parser: KeyParser): MarkedKey {
  const [key = '', ...steps] = text.split('/')
  if (key === '') refuse('No key provided')
  if (/^[ \t\n\v\f\r]|[ \t\n\v\f\r]$/.test(key)) refuse(`Key '${key}' is invalid due to whitespace`)
  if (steps.length === 0) {
    if (isHex(key)) return { key: parsePublicKey(key, parser), mark: undefined }
    const secret = parseSecretKey(key, parser)
    if (secret) return { key: secret, mark: undefined }
  }
  return parseExtendedKey(key, steps, parser)
}

/** `[fingerprint/path]` without its closing bracket. */
function parseOrigin(text: string): { readonly origin: KeyOrigin; readonly mark: HardenedMark | undefined } {
  if (!text.startsWith('[')) {
    refuse(`Key origin start '[ character expected but not found, got '${text[0] ?? ']'}' instead`)
  }
  const [fingerprint = '', ...steps] = text.slice(1).split('/')
  if (fingerprint.length !== 8) {
    refuse(`Fingerprint is not 4 bytes (${fingerprint.length} characters instead of 8 characters)`)
  }
  if (!decodeHex(fingerprint.toLowerCase()).ok) refuse(`Fingerprint '${fingerprint}' is not hex`)
  const { steps: path, mark } = parseKeyPath(steps, false)
  return {
    origin: { fingerprint: fingerprint.toLowerCase(), path: path.filter((step) => typeof step === 'number') },
    mark,
  }
}

/** A key with its origin, if any; no `musig()`. */
export function parsePlainKey(text: string, parser: KeyParser): PlainKey {
  const [first = '', second, ...more] = text.split(']')
  if (more.length > 0) refuse("Multiple ']' characters found for a single pubkey")
  const origin = second === undefined ? undefined : parseOrigin(first)
  // One mark for the whole expression: that of the last hardened step.
  const own = parseWithoutOrigin(second ?? first, parser)
  return { ...own.key, origin: origin?.origin, mark: own.mark ?? origin?.mark ?? 'h' }
}
