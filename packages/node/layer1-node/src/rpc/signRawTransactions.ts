import { bytesToHex } from '@ply/bytes'
import { encodeTransaction } from '@ply/primitives'
import { optional, param, type RpcMethod } from '@ply/rpc'
import type { Layer1Node } from '../layer1Node.ts'
import { combineTransactions } from './construct/combineTransactions.ts'
import { constructTransaction } from './construct/constructTransaction.ts'
import { signWithKeys } from './construct/signTransaction.ts'
import { INPUTS_FORM, OUTPUTS_FORM, PREVIOUS_OUTPUTS_FORM } from './paramForms.ts'
import { HEX_TRANSACTIONS, INPUTS, OUTPUTS, PREVIOUS_OUTPUTS, SECRET_KEYS } from './paramShapes.ts'

const group = 'Rawtransactions'

/** What transactions and PSBTs are made of. */
export const CONSTRUCTION_PARAMS = [
  param('inputs', 'array', 'What to spend: {txid, vout, sequence}.', { shape: INPUTS, form: INPUTS_FORM }),
  param('outputs', 'any', 'Whom to pay: amounts by address, and data in hexadecimal under "data".', {
    shape: OUTPUTS,
    form: OUTPUTS_FORM,
  }),
  optional('locktime', 'number', 'The lock time.', { default: 0 }),
  optional('replaceable', 'bool', 'Whether inputs say that they may be replaced (BIP 125).', { default: true }),
  optional('version', 'number', 'The version.', { default: 2 }),
]

export function signRawTransactionMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'createrawtransaction',
      group,
      help: 'Makes an unsigned transaction.',
      params: CONSTRUCTION_PARAMS,
      handler: (args) => bytesToHex(encodeTransaction(constructTransaction(args, node.network))),
    },
    {
      name: 'signrawtransactionwithkey',
      group,
      help: 'Signs the inputs of a transaction with the keys given.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        param('privkeys', 'array', 'Secret keys (WIF).', { shape: SECRET_KEYS, form: '["privatekey",...]' }),
        optional('prevtxs', 'array', 'Outputs that are not in chain or pool, or the scripts behind them.', {
          shape: PREVIOUS_OUTPUTS,
          form: PREVIOUS_OUTPUTS_FORM,
        }),
        optional('sighashtype', 'string', 'What the signatures cover; DEFAULT in taproot, else ALL.'),
      ],
      handler: (args) => signWithKeys(node, args),
    },
    {
      name: 'combinerawtransaction',
      group,
      help: 'Puts the signatures of several copies of a transaction together.',
      params: [
        param('txs', 'array', 'The transactions, in hexadecimal.', {
          shape: HEX_TRANSACTIONS,
          form: '["hexstring",...]',
        }),
      ],
      handler: (args) => combineTransactions(node, args),
    },
  ]
}
