import {
  addGivenCoins,
  createSource,
  findSpentCoins,
  paramShapes,
  readSighashType,
  readTransactionHex,
  signInputs,
} from '@ply/layer1-node'
import { outPointKey, type Transaction, type TxInput, type TxOutput } from '@ply/primitives'
import { type JsonOutput, optional, param, type RpcArguments, type RpcMethod } from '@ply/rpc'
import { isP2tr, SIGHASH_DEFAULT } from '@ply/script'
import {
  createPsbt,
  finalWitness,
  setWitnessUtxo,
  type SigningSource,
  solvePrivately,
  updatePsbtInput,
} from '@ply/wallet'
import type { NodeWallet } from '../nodeWallet.ts'
import { fill, withoutScripts } from '../signing.ts'
import type { WalletHost } from '../walletHost.ts'
import { ensureUnlocked, walletMethod } from './walletMethod.ts'

/** Outputs by `outPointKey`. */
type Outputs = ReadonlyMap<string, TxOutput>

/** The wallet's keys and scripts for the outputs that a transaction spends. */
function walletSource({ wallet }: NodeWallet, outputs: Outputs): SigningSource {
  const solved = [...outputs.values()].flatMap(({ scriptPubKey }) => solvePrivately(wallet, scriptPubKey))
  const scripts = solved.flatMap(({ redeemScript, witnessScript }) => [redeemScript, witnessScript])
  return createSource(
    solved.flatMap(({ keys }) =>
      keys.map(({ publicKey, secretKey }) => ({ publicKey, ...(secretKey && { secretKey }) })),
    ),
    scripts.filter((script) => script !== undefined),
  )
}

/** Signs the taproot inputs, whose keys commit to more than an output shows. */
function signTaproot(
  owner: NodeWallet,
  tx: Transaction,
  outputs: Outputs,
  sighashType: number | undefined,
): Transaction {
  const spent = tx.inputs.map(({ prevout }) => outputs.get(outPointKey(prevout)))
  if (!spent.some((output) => output && isP2tr(output.scriptPubKey))) return tx
  const draft = spent.reduce(
    (psbt, output, index) => (output ? updatePsbtInput(psbt, index, (map) => setWitnessUtxo(map, output)) : psbt),
    createPsbt(withoutScripts(tx), 0),
  )
  const { psbt } = fill(owner, draft, { sign: true, finalize: true, bip32Derivs: true, sighashType })
  const inputs = tx.inputs.map((input, index): TxInput => {
    const output = spent[index]
    const witness = finalWitness(psbt.inputs[index]!)
    return witness && output && isP2tr(output.scriptPubKey) ? { ...input, witness } : input
  })
  return { ...tx, inputs }
}

async function signRawTransaction(args: RpcArguments, owner: NodeWallet): Promise<JsonOutput> {
  const { wallet, node } = owner
  const tx = readTransactionHex(args.string('hexstring'))
  ensureUnlocked(owner)
  const coins = await findSpentCoins(node, tx)
  for (const { prevout } of tx.inputs) {
    const own = wallet.ownOutput(prevout)
    if (own && !coins.outputs.has(outPointKey(prevout))) coins.outputs.set(outPointKey(prevout), own)
  }
  addGivenCoins(coins, args.array('prevtxs', []), { withScripts: false })
  const sighashType = args.has('sighashtype') ? readSighashType(args.string('sighashtype')) : undefined
  return signInputs({
    tx: signTaproot(owner, tx, coins.outputs, sighashType),
    coins,
    source: walletSource(owner, coins.outputs),
    hashType: sighashType ?? SIGHASH_DEFAULT,
  })
}

/** Signing what others made. */
export const signRawMethods = (host: WalletHost): RpcMethod[] =>
  [
    {
      name: 'signrawtransactionwithwallet',
      help: 'Signs the inputs of a transaction that the wallet has keys for.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        optional('prevtxs', 'array', 'Outputs that nobody knows yet: txid, vout, scriptPubKey, amount.', {
          shape: paramShapes.PREVIOUS_OUTPUTS,
        }),
        optional('sighashtype', 'string', 'DEFAULT, ALL, NONE, SINGLE, with |ANYONECANPAY.'),
      ],
      handler: signRawTransaction,
    },
  ].map(walletMethod(host))
