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

const FILL_ERRORS: Readonly<Record<FillError, readonly [code: number, message: string]>> = {
  'sighash-mismatch': [RPC_ERROR.deserialization, 'Specified sighash value does not match value stored in PSBT'],
  'missing-inputs': [RPC_ERROR.misc, 'Inputs missing or spent'],
}

/** Updates a PSBT, signs and finalizes it as far as asked and possible. */
export function fill(
  { wallet, node, findTransaction }: NodeWallet,
  psbt: Psbt,
  options: Pick<FillOptions, 'sign' | 'finalize' | 'bip32Derivs'> & { readonly sighashType?: number | undefined },
): FilledPsbt {
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

/** The transaction signed; undefined if the wallet cannot sign all of it. */
export function signTransaction(owner: NodeWallet, tx: Transaction): Transaction | undefined {
  const psbt = createPsbt(withoutScripts(tx), 0)
  const filled = fill(owner, psbt, { sign: true, finalize: true, bip32Derivs: true })
  return filled.complete ? finalTransaction(filled.psbt) : undefined
}
