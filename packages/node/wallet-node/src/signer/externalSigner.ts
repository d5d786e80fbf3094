import { err, ok, type Result } from '@ply/bytes'
import type { Json, JsonObject } from '@ply/rpc'
import { decodeBase64, decodePsbt, encodeBase64, encodePsbt, type Psbt, psbtInputKeys } from '@ply/wallet'
import { miscError } from '../walletError.ts'
import { runJsonCommand } from './runCommand.ts'

/** How every signer behind a command is reached. */
export interface SignerReach {
  /** The text of -signer. */
  readonly command: string
  /** Bitcoin Core's name of the network. */
  readonly chain: string
  /** Ends what runs. */
  readonly signal: AbortSignal
}

const wordsOf = (command: string): readonly string[] => command.split(/[ \t]+/).filter((word) => word !== '')

/** A member of what a signer answered; undefined too where the answer is no object. */
function memberOf(answer: Json, name: string): Json | undefined {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return undefined
  return (answer as JsonObject)[name]
}

/** A device, or a program, that holds keys and is asked to sign (doc/external-signer.md of Bitcoin Core). */
export class ExternalSigner {
  /** Of the master key, in hexadecimal. */
  readonly fingerprint: string
  /** Its model. */
  readonly name: string
  readonly #reach: SignerReach

  private constructor(reach: SignerReach, { fingerprint, name }: { fingerprint: string; name: string }) {
    this.#reach = reach
    this.fingerprint = fingerprint
    this.name = name
  }

  /** The signers that a command finds, each fingerprint once. Errors -1 where it answers anything else. */
  static async enumerate(reach: SignerReach): Promise<ExternalSigner[]> {
    const { command, signal } = reach
    const answer = await runJsonCommand({ words: [...wordsOf(command), 'enumerate'], input: '', signal })
    if (!Array.isArray(answer)) {
      throw miscError(`'${command}' received invalid response, expected array of signers`)
    }
    const signers = new Map<string, ExternalSigner>()
    for (const found of answer as readonly Json[]) {
      const signer = ExternalSigner.#read(reach, found)
      if (!signers.has(signer.fingerprint)) signers.set(signer.fingerprint, signer)
    }
    return [...signers.values()]
  }

  static #read(reach: SignerReach, found: Json): ExternalSigner {
    const { command } = reach
    const error = memberOf(found, 'error')
    if (typeof error === 'string') throw miscError(`'${command}' error: ${error}`)
    if (error !== undefined && error !== null) throw miscError(`'${command}' error`)
    const fingerprint = memberOf(found, 'fingerprint')
    if (typeof fingerprint !== 'string') {
      throw miscError(`'${command}' received invalid response, missing signer fingerprint`)
    }
    if (!/^[\da-f]{8}$/i.test(fingerprint)) {
      throw miscError(`'${command}' received invalid fingerprint, must be 8 hex characters`)
    }
    const model = memberOf(found, 'model')
    return new ExternalSigner(reach, { fingerprint, name: typeof model === 'string' ? model : '' })
  }

  #ask(...words: readonly string[]): Promise<Json> {
    const { command, chain, signal } = this.#reach
    const target = ['--fingerprint', this.fingerprint, '--chain', chain]
    return runJsonCommand({ words: [...wordsOf(command), ...target, ...words], input: '', signal })
  }

  /** The texts of the descriptors of an account, of addresses to give out or of change. Errors -1. */
  async descriptors(
    account = 0,
  ): Promise<{ readonly receive: readonly string[]; readonly internal: readonly string[] }> {
    const answer = await this.#ask('getdescriptors', '--account', String(account))
    const read = (name: string): readonly string[] => {
      const texts = memberOf(answer, name)
      if (!Array.isArray(texts)) throw miscError('SetupDescriptorScriptPubKeyMans: Unexpected result')
      return texts.map((text: Json) => (typeof text === 'string' ? text : ''))
    }
    return { receive: read('receive'), internal: read('internal') }
  }

  /** The address that the signer shows for a descriptor. Errors -1. */
  async display(descriptor: string): Promise<string> {
    const answer = await this.#ask('displayaddress', '--desc', descriptor)
    const error = memberOf(answer, 'error')
    if (typeof error === 'string') throw miscError(`Signer returned error: ${error}`)
    const address = memberOf(answer, 'address')
    if (typeof address !== 'string') throw miscError('Signer did not echo address')
    return address
  }

  /** The PSBT as the signer gives it back; the words that say why it does not. */
  async sign(psbt: Psbt): Promise<Result<Psbt, string>> {
    const { command, chain, signal } = this.#reach
    const encoded = encodeBase64(encodePsbt(psbt))
    const isOurs = psbt.inputs.some((map) =>
      psbtInputKeys(map).some(({ origin }) => origin.fingerprint === this.fingerprint.toLowerCase()),
    )
    if (!isOurs) return err(`Signer fingerprint ${this.fingerprint} does not match any of the inputs:\n${encoded}`)
    const words = [...wordsOf(command), '--stdin', '--fingerprint', this.fingerprint, '--chain', chain]
    const answer = await runJsonCommand({ words, input: `signtx ${encoded}`, signal })
    const error = memberOf(answer, 'error')
    if (typeof error === 'string') return err(error)
    const signed = memberOf(answer, 'psbt')
    if (typeof signed !== 'string') return err('Unexpected result from signer')
    const bytes = decodeBase64(signed)
    const decoded = bytes.ok ? decodePsbt(bytes.value) : undefined
    if (!decoded?.ok) return err(`TX decode failed ${decoded ? decoded.error.message : 'invalid base64'}`)
    return ok(decoded.value)
  }
}
