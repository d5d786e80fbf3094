import { bytesToHex, equalBytes } from '@ply/bytes'
import { hash160, ripemd160 } from '@ply/crypto'
import { classifyOutput, createP2pkh, decodeMiniscript, type OutputClass } from '@ply/script'
import { partialSignatures, type Psbt, PSBT_INPUT, psbtInputKeys, psbtPrevout, psbtValue } from '@ply/wallet'

/** What an input lacks to be spent, all by HASH160 but a witness script. */
export interface MissingParts {
  readonly pubkeys: Uint8Array[]
  readonly signatures: Uint8Array[]
  redeemScript?: Uint8Array
  witnessScript?: Uint8Array
}

/** Looks for what the scripts of one input need, and notes what the input's map does not have. */
class Inspector {
  readonly missing: MissingParts = { pubkeys: [], signatures: [] }
  /** The keys that signatures are needed of, there or not. */
  readonly keys: Uint8Array[] = []
  readonly #signed: ReadonlyMap<string, Uint8Array>
  readonly #known: readonly Uint8Array[]
  readonly #redeemScript: Uint8Array | undefined
  readonly #witnessScript: Uint8Array | undefined

  constructor(psbt: Psbt, index: number) {
    const map = psbt.inputs[index]!
    this.#signed = partialSignatures(map)
    this.#known = psbtInputKeys(map).map(({ publicKey }) => publicKey)
    this.#redeemScript = psbtValue(map, PSBT_INPUT.redeemScript)
    this.#witnessScript = psbtValue(map, PSBT_INPUT.witnessScript)
  }

  #key(publicKey: Uint8Array): void {
    this.keys.push(publicKey)
    if (!this.#signed.has(bytesToHex(publicKey))) this.missing.signatures.push(hash160(publicKey))
  }

  #keyHash(hash: Uint8Array): void {
    const known = this.#known.find((key) => equalBytes(hash160(key), hash))
    if (known) this.#key(known)
    else this.missing.pubkeys.push(hash)
  }

  #script(hash: Uint8Array): Uint8Array | undefined {
    const given = [this.#redeemScript, this.#witnessScript].filter((script) => script !== undefined)
    return given.find((script) => equalBytes(hash160(script), hash))
  }

  #miniscript(script: Uint8Array): void {
    const decoded = decodeMiniscript(script, 'wsh', (hash) => this.#known.find((key) => equalBytes(hash160(key), hash)))
    // They are found from the end of the script on.
    if (decoded.ok) for (const key of decoded.value.keys.toReversed()) this.#key(key)
  }

  #keys(output: OutputClass): void {
    if (output.type === 'pubkey') this.#key(output.publicKey)
    if (output.type === 'pubkeyhash') this.#keyHash(output.hash)
    if (output.type === 'multisig') for (const key of output.publicKeys) this.#key(key)
  }

  #witness(output: OutputClass): boolean {
    if (output.type === 'witness_v0_keyhash') {
      this.#keys(classifyOutput(createP2pkh(output.program)))
      return true
    }
    if (output.type !== 'witness_v0_scripthash') return false
    const script = this.#script(ripemd160(output.program))
    if (!script) {
      this.missing.witnessScript = output.program
      return true
    }
    const inner = classifyOutput(script)
    const before = this.missing.signatures.length
    this.#keys(inner)
    // What no template solves is tried as miniscript: a single key that is missing is then named twice.
    const isUnsolved = this.missing.signatures.length > before && inner.type !== 'multisig'
    if (inner.type === 'nonstandard' || isUnsolved) this.#miniscript(script)
    return true
  }

  inspect(scriptPubKey: Uint8Array): void {
    const output = classifyOutput(scriptPubKey)
    if (output.type !== 'scripthash') {
      if (!this.#witness(output)) this.#keys(output)
      return
    }
    const redeemScript = this.#script(output.hash)
    if (!redeemScript) {
      this.missing.redeemScript = output.hash
      return
    }
    const inner = classifyOutput(redeemScript)
    if (!this.#witness(inner)) this.#keys(inner)
  }
}

/** What an input needs: the keys to sign, and what of it all is missing. */
export function inspectInput(
  psbt: Psbt,
  index: number,
): { readonly missing: MissingParts; readonly keys: readonly Uint8Array[] } {
  const inspector = new Inspector(psbt, index)
  const spent = psbtPrevout(psbt, index)
  if (spent) inspector.inspect(spent.scriptPubKey)
  return inspector
}
