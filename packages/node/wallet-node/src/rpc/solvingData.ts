import { bytesToHex, decodeHex, equalBytes } from '@ply/bytes'
import { hash160, isPublicKey, sha256 } from '@ply/crypto'
import { classifyOutput, createP2wpkh, type DerivedKey, type DerivedOutput } from '@ply/script'
import { invalidAddress } from '../walletError.ts'

/** A public key in hexadecimal; error -5. */
export function asPublicKey(text: string): Uint8Array {
  const key = decodeHex(text)
  if (!key.ok) throw invalidAddress(`Pubkey "${text}" must be a hex string`)
  if (key.value.length !== 33 && key.value.length !== 65) {
    throw invalidAddress(`Pubkey "${text}" must have a length of either 33 or 65 bytes`)
  }
  if (!isPublicKey(key.value)) throw invalidAddress(`Pubkey "${text}" must be cryptographically valid.`)
  return key.value
}

export interface SolvingData {
  readonly publicKeys: readonly Uint8Array[]
  readonly scripts: readonly Uint8Array[]
  readonly outputs: readonly DerivedOutput[]
}

const keyOf = (publicKey: Uint8Array): DerivedKey => ({
  publicKey,
  secretKey: undefined,
  origin: { fingerprint: bytesToHex(hash160(publicKey).subarray(0, 4)), path: [] },
})

/** What is known of an output script from keys, scripts and descriptors that somebody named. */
export function knownScripts(data: SolvingData): (scriptPubKey: Uint8Array) => Partial<DerivedOutput> {
  const scripts = [...data.scripts, ...data.publicKeys.map((key) => createP2wpkh(hash160(key)))]
  const solve = (scriptPubKey: Uint8Array): Partial<DerivedOutput> => {
    const derived = data.outputs.find((output) => equalBytes(output.scriptPubKey, scriptPubKey))
    if (derived) return derived
    const output = classifyOutput(scriptPubKey)
    switch (output.type) {
      case 'pubkey':
        return { keys: [keyOf(output.publicKey)] }
      case 'multisig':
        return { keys: output.publicKeys.map(keyOf) }
      case 'pubkeyhash':
        return { keys: data.publicKeys.filter((key) => equalBytes(hash160(key), output.hash)).map(keyOf) }
      case 'witness_v0_keyhash':
        return { keys: data.publicKeys.filter((key) => equalBytes(hash160(key), output.program)).map(keyOf) }
      case 'scripthash': {
        const redeemScript = scripts.find((script) => equalBytes(hash160(script), output.hash))
        return redeemScript ? { ...solve(redeemScript), redeemScript } : {}
      }
      case 'witness_v0_scripthash': {
        const witnessScript = scripts.find((script) => equalBytes(sha256(script), output.program))
        return witnessScript ? { ...solve(witnessScript), witnessScript } : {}
      }
      case 'nonstandard':
      case 'anchor':
      case 'nulldata':
      case 'witness_v1_taproot':
      case 'witness_unknown':
        return {}
    }
  }
  return solve
}
