import * as bip39 from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { assert } from '@ply/bytes'

/** English mnemonic of 16–32 bytes of entropy (12–24 words). */
export function entropyToMnemonic(entropy: Uint8Array): string {
  assert(entropy.length >= 16 && entropy.length <= 32 && entropy.length % 4 === 0, 'BIP 39 takes 16 to 32 bytes')
  return bip39.entropyToMnemonic(entropy, wordlist)
}

/** True for known words with a right checksum. */
export function isMnemonic(mnemonic: string): boolean {
  return bip39.validateMnemonic(mnemonic, wordlist)
}

/** The 64-byte BIP 39 seed. Costs 2048 rounds of HMAC-SHA512 by design. */
export function mnemonicToSeed(mnemonic: string, passphrase = ''): Uint8Array {
  return bip39.mnemonicToSeedSync(mnemonic, passphrase)
}
