import { decodeBase58, decodeBech32, locateBech32Errors, wordsToBytes } from '@ply/bytes'
import { decodeBase58Check } from '@ply/crypto'
import type { NetworkParameters } from './network/parameters.ts'

/** Why a text is no address of a network, in Bitcoin Core's words, and where it is likely wrong. */
export interface AddressErrors {
  readonly message: string
  /** Places in the text, counted from 0; known for bech32 only. */
  readonly positions: readonly number[]
}

const only = (message: string): AddressErrors => ({ message, positions: [] })

/** Base58 text longer than this is not looked into. */
const MAX_BASE58_BYTES = 100
const ADDRESS_BYTES = 21

function explainBase58(text: string, { address }: NetworkParameters): AddressErrors {
  const decoded = decodeBase58Check(text)
  if (decoded.ok && decoded.value.length <= ADDRESS_BYTES) {
    const isKnown = decoded.value[0] === address.pubKeyHash || decoded.value[0] === address.scriptHash
    return only(
      isKnown ? 'Invalid length for Base58 address (P2PKH or P2SH)' : 'Invalid or unsupported Base58-encoded address.',
    )
  }
  const unchecked = decodeBase58(text)
  return only(
    unchecked.ok && unchecked.value.length <= MAX_BASE58_BYTES
      ? 'Invalid checksum or length of Base58 address (P2PKH or P2SH)'
      : 'Invalid or unsupported Segwit (Bech32) or Base58 encoding.',
  )
}

const counted = (bytes: number): string => `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`

function explainBech32(text: string, { address }: NetworkParameters): AddressErrors {
  const decoded = decodeBech32(text)
  if (!decoded.ok) return locateBech32Errors(text)
  const { encoding, hrp, words } = decoded.value
  const version = words[0]
  if (version === undefined) return only('Empty Bech32 data section')
  if (hrp !== address.bech32Hrp) {
    return only(
      `Invalid or unsupported prefix for Segwit (Bech32) address (expected ${address.bech32Hrp}, got ${hrp}).`,
    )
  }
  if (version === 0 && encoding !== 'bech32') return only('Version 0 witness address must use Bech32 checksum')
  if (version !== 0 && encoding !== 'bech32m') return only('Version 1+ witness address must use Bech32m checksum')
  const program = wordsToBytes(words.subarray(1))
  if (!program.ok) return only('Invalid padding in Bech32 data section')
  const size = counted(program.value.length)
  if (version === 0) return only(`Invalid Bech32 v0 address program size (${size}), per BIP141`)
  if (version > 16) return only('Invalid Bech32 address witness version')
  return only(`Invalid Bech32 address program size (${size})`)
}

/** What is wrong with a text that `decodeAddress` refuses. */
export function explainAddressErrors(text: string, network: NetworkParameters): AddressErrors {
  const { bech32Hrp } = network.address
  const isBech32 = text.slice(0, bech32Hrp.length).toLowerCase() === bech32Hrp
  return isBech32 ? explainBech32(text, network) : explainBase58(text, network)
}
