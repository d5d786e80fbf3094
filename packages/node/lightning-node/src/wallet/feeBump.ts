import { concatBytes, err, ok, type Result } from '@ply/bytes'
import type { ChannelSigner, FeeBump, PublishEffect } from '@ply/channel'
import { encodeDer } from '@ply/crypto'
import { sats, SEQUENCE_REPLACEABLE, type Transaction, transactionWeight, type TxOutput } from '@ply/primitives'
import { computeSegwitV0Sighash, encodeDataPush, SIGHASH_ALL, SighashCache } from '@ply/script'
import { computeDustThreshold } from '@ply/wallet'
import type { OnchainWallet, SignedTransaction } from './onchainWallet.ts'

type AnchorBump = Extract<FeeBump, { readonly type: 'anchor' }>

/** Item count, signature of at most 72 bytes with its sighash byte, script of 40 bytes. */
const ANCHOR_WITNESS_SIZE = 1 + (1 + 72) + (1 + 40)

/** BOLT 3, to_local_anchor: the owner at any time, anyone after 16 blocks. */
const anchorScript = (fundingPubkey: Uint8Array): Uint8Array =>
  concatBytes(encodeDataPush(fundingPubkey), Uint8Array.of(0xac, 0x73, 0x64, 0x60, 0xb2, 0x68))

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
        witnessSize: ANCHOR_WITNESS_SIZE,
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
  return ok({ ...child.value, transaction: signAnchor(child.value, { anchor, signer }) })
}

function signAnchor(
  { transaction, coins }: SignedTransaction,
  { anchor, signer }: { readonly anchor: AnchorBump['anchor']; readonly signer: ChannelSigner },
): Transaction {
  const cache = new SighashCache(transaction, [anchor.output, ...coins.map((coin) => coin.output)])
  const scriptCode = anchorScript(anchor.fundingPubkey)
  const hash = computeSegwitV0Sighash(cache, { inputIndex: 0, scriptCode, hashType: SIGHASH_ALL })
  const signature = encodeDer(signer.sign(anchor.keysId, { role: 'funding' }, hash))
  const witness = [concatBytes(signature, Uint8Array.of(SIGHASH_ALL)), scriptCode]
  return { ...transaction, inputs: transaction.inputs.map((input, i) => (i === 0 ? { ...input, witness } : input)) }
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
