import { err, ok, type Result } from '@ply/bytes'
import {
  ANCHOR_WITNESS_WEIGHT,
  type ChannelSigner,
  createAnchorWitness,
  type FeeBump,
  type PublishEffect,
} from '@ply/channel'
import { sats, SEQUENCE_REPLACEABLE, type Transaction, transactionWeight, type TxOutput } from '@ply/primitives'
import { computeDustThreshold } from '@ply/wallet'
import type { OnchainWallet, SignedTransaction } from './onchainWallet.ts'

type AnchorBump = Extract<FeeBump, { readonly type: 'anchor' }>

const witnessSizeOf = (tx: Transaction): number =>
  tx.inputs.reduce((size, { witness }) => size + 1 + witness.reduce((sum, item) => sum + lengthSize(item.length), 0), 0)

const lengthSize = (length: number): number => length + (length < 0xfd ? 1 : 3)

/** A child that spends our anchor and pays for the commitment transaction too (CPFP). Fails for want of coins. */
export function bumpByAnchor(
  { wallet, signer }: { readonly wallet: OnchainWallet; readonly signer: ChannelSigner },
  { transaction: parent }: PublishEffect,
  { anchor, parentFeeSatoshis }: AnchorBump,
  feeratePerKw: number,
): Result<SignedTransaction, string> {
  const input = { prevout: anchor.outpoint, scriptSig: new Uint8Array(0), sequence: SEQUENCE_REPLACEABLE, witness: [] }
  const addCoins = (outputs: readonly TxOutput[]): Result<SignedTransaction, string> =>
    wallet.addCoins(
      {
        tx: { version: 2, inputs: [input], outputs, lockTime: 0 },
        inputValue: anchor.output.value,
        witnessSize: ANCHOR_WITNESS_WEIGHT,
        parent: { weight: transactionWeight(parent), fee: parentFeeSatoshis },
      },
      { feeratePerKw, otherOutputs: [anchor.output] },
    )
  const withChange = addCoins([])
  if (!withChange.ok) return withChange
  // The coins may have come out even: a transaction needs an output all the same.
  const script = wallet.script
  const least = { value: sats(computeDustThreshold(script)), scriptPubKey: script }
  const child = withChange.value.transaction.outputs.length > 0 ? withChange : addCoins([least])
  if (!child.ok) return child
  const { transaction } = child.value
  const witness = createAnchorWitness(anchor, { transaction, inputIndex: 0 }, signer)
  const inputs = transaction.inputs.map((each, i) => (i === 0 ? { ...each, witness } : each))
  return ok({ ...child.value, transaction: { ...transaction, inputs } })
}

/** A second-stage transaction with coins of the wallet behind its signed input and output, which stay as they are. */
export function bumpByInputs(
  wallet: OnchainWallet,
  { transaction, prevouts }: PublishEffect,
  feeratePerKw: number,
): Result<SignedTransaction, string> {
  if (prevouts.length !== transaction.inputs.length) return err('the spent outputs are not known')
  const inputValue = prevouts.reduce((sum, output) => sum + output.value, 0n)
  const base = { tx: transaction, inputValue, witnessSize: witnessSizeOf(transaction) }
  return wallet.addCoins(base, { feeratePerKw, otherOutputs: prevouts })
}
