import type { Transaction } from '@ply/primitives'
import {
  createPsbt,
  type FillError,
  type FillOptions,
  fillPsbt,
  finalTransaction,
  type Psbt,
  type PsbtVersion,
} from '@ply/wallet'
import { RPC_ERROR, RpcError } from '@ply/rpc'
import type { NodeWallet } from './nodeWallet.ts'

export interface FilledPsbt {
  readonly psbt: Psbt
  readonly complete: boolean
}

/** What to do with a PSBT. */
export interface FillRequest extends Pick<FillOptions, 'sign' | 'finalize' | 'bip32Derivs'> {
  readonly sighashType?: number | undefined
}

const FILL_ERRORS: Readonly<Record<FillError, readonly [code: number, message: string]>> = {
  'sighash-mismatch': [RPC_ERROR.deserialization, 'Specified sighash value does not match value stored in PSBT'],
  'missing-inputs': [RPC_ERROR.verify, 'Inputs missing or spent'],
}

/** Updates a PSBT, signs and finalizes it as far as asked and possible. */
export function fill({ wallet, node, findTransaction }: NodeWallet, psbt: Psbt, options: FillRequest): FilledPsbt {
  const { sighashType, ...rest } = options
  const filled = fillPsbt(wallet, psbt, {
    ...rest,
    ...(sighashType !== undefined && { sighashType }),
    entropy: node.entropy,
    findTransaction,
  })
  if (filled.ok) return filled.value
  const [code, message] = FILL_ERRORS[filled.error]
  throw new RpcError(code, message)
}

/** An unsigned transaction as a PSBT with everything that the wallet knows of it. */
export function createFilledPsbt(owner: NodeWallet, tx: Transaction, version: PsbtVersion, bip32Derivs = true): Psbt {
  return fill(owner, createPsbt(withoutScripts(tx), version), { sign: false, finalize: false, bip32Derivs }).psbt
}

export const withoutScripts = (tx: Transaction): Transaction => ({
  ...tx,
  inputs: tx.inputs.map((input) => ({ ...input, scriptSig: new Uint8Array(0), witness: [] })),
})

/** Has the external signer sign what the wallet knows of a PSBT. Errors -25 where there is none, or it does not. */
async function signOutside(owner: NodeWallet, psbt: Psbt): Promise<Psbt> {
  const signer = await owner.signers.find()
  if (!signer.ok) {
    owner.log(signer.error)
    throw new RpcError(RPC_ERROR.verify, 'External signer not found')
  }
  const signed = await signer.value.sign(psbt)
  if (signed.ok) return signed.value
  owner.log(`Failed to sign: ${signed.error}`)
  throw new RpcError(RPC_ERROR.verify, 'External signer failed to sign')
}

/** Updates a PSBT and signs it, with the wallet's keys or where they are. */
export async function fillAndSign(
  owner: NodeWallet,
  psbt: Psbt,
  options: Pick<FillRequest, 'finalize' | 'bip32Derivs' | 'sighashType'>,
): Promise<FilledPsbt> {
  if (!owner.wallet.flags.externalSigner) return fill(owner, psbt, { ...options, sign: true })
  // The signer looks for its keys by their origins.
  const known = fill(owner, psbt, { ...options, sign: false, finalize: false, bip32Derivs: true })
  if (known.complete) return known
  return fill(owner, await signOutside(owner, known.psbt), { ...options, sign: false })
}

/** The transaction signed; undefined if the wallet cannot sign all of it. */
export async function signTransaction(owner: NodeWallet, tx: Transaction): Promise<Transaction | undefined> {
  const psbt = createPsbt(withoutScripts(tx), 0)
  const signed = await fillAndSign(owner, psbt, { finalize: true, bip32Derivs: true })
  return signed.complete ? finalTransaction(signed.psbt) : undefined
}
