import {
  optional,
  param,
  expectString,
  type JsonOutput,
  RPC_ERROR,
  type RpcArguments,
  RpcError,
  type RpcMethod,
} from '@ply/rpc'
import { combinePsbts, createPsbt, type PsbtVersion } from '@ply/wallet'
import type { Layer1Node } from '../../layer1Node.ts'
import { constructTransaction } from '../construct/constructTransaction.ts'
import { decodeTransactionForms } from '../construct/transactionForms.ts'
import { CONSTRUCTION_PARAMS } from '../signRawTransactions.ts'
import { analyzeJson } from './analyzePsbt.ts'
import { psbtJson } from './decodePsbt.ts'
import { finalizeJson } from './finalizePsbt.ts'
import { joinPsbts } from './joinPsbts.ts'
import { processJson, updateJson } from './processPsbt.ts'
import { readPsbt, writePsbt } from './psbtText.ts'
import { DESCRIPTORS_FORM } from '../paramForms.ts'
import { PSBTS, SCAN_OBJECTS } from '../paramShapes.ts'

const group = 'Rawtransactions'
const PSBT = param('psbt', 'string', 'The PSBT, in base64.')
const VERSION = optional('psbt_version', 'number', 'Version of the PSBT: 2 or 0.', { default: 2 })

function readVersion(args: RpcArguments): PsbtVersion {
  const version = args.integer('psbt_version')
  if (version === 0 || version === 2) return version
  throw new RpcError(RPC_ERROR.invalidParameter, 'The PSBT version can only be 2 or 0')
}

function convert(args: RpcArguments): JsonOutput {
  const forms = args.has('iswitness') ? [args.boolean('iswitness')] : [true, false]
  const tx = decodeTransactionForms(args.string('hexstring'), forms, 'TX decode failed')
  const isSigned = tx.inputs.some(({ scriptSig, witness }) => scriptSig.length > 0 || witness.length > 0)
  if (isSigned && !args.boolean('permitsigdata')) {
    throw new RpcError(RPC_ERROR.deserialization, 'Inputs must not have scriptSigs and scriptWitnesses')
  }
  return writePsbt(createPsbt(tx, readVersion(args)))
}

function combine(args: RpcArguments): JsonOutput {
  const list = args.array('txs')
  if (list.length === 0) throw new RpcError(RPC_ERROR.invalidParameter, "Parameter 'txs' cannot be empty")
  const combined = combinePsbts(list.map((item) => readPsbt(expectString(item))))
  if (combined.ok) return writePsbt(combined.value)
  throw new RpcError(RPC_ERROR.invalidParameter, 'PSBTs not compatible (different transactions)')
}

export function psbtMethods(node: Layer1Node): RpcMethod[] {
  return [
    {
      name: 'createpsbt',
      group,
      help: 'Makes a PSBT of an unsigned transaction.',
      params: [...CONSTRUCTION_PARAMS, VERSION],
      handler: (args) => {
        const tx = constructTransaction(args, node.network)
        return writePsbt(createPsbt(tx, readVersion(args)))
      },
    },
    {
      name: 'converttopsbt',
      group,
      help: 'Makes a PSBT of a transaction.',
      params: [
        param('hexstring', 'string', 'The transaction.'),
        optional('permitsigdata', 'bool', 'Whether signatures are taken off instead of refused.', { default: false }),
        optional('iswitness', 'bool', 'Whether it may have witnesses; both ways are tried by default.'),
        VERSION,
      ],
      handler: convert,
    },
    {
      name: 'decodepsbt',
      group,
      help: 'Shows a PSBT.',
      params: [PSBT],
      handler: (args) => psbtJson(readPsbt(args.string('psbt')), node.network),
    },
    {
      name: 'analyzepsbt',
      group,
      help: 'Says what a PSBT lacks, and who is next.',
      params: [PSBT],
      handler: (args) => analyzeJson(readPsbt(args.string('psbt'))),
    },
    {
      name: 'combinepsbt',
      group,
      help: 'Puts what several PSBTs of one transaction know together.',
      params: [param('txs', 'array', 'The PSBTs, in base64.', { shape: PSBTS, form: '["psbt",...]' })],
      handler: combine,
    },
    {
      name: 'joinpsbts',
      group,
      help: 'Makes one PSBT of several with different inputs.',
      params: [param('txs', 'array', 'The PSBTs, in base64.', { shape: PSBTS, form: '["psbt",...]' })],
      handler: (args) => joinPsbts(args.array('txs'), node.entropy),
    },
    {
      name: 'finalizepsbt',
      group,
      help: 'Turns the signatures of a PSBT into scripts, and the PSBT into a transaction where nothing is missing.',
      params: [PSBT, optional('extract', 'bool', 'Answer with the transaction if it is complete.', { default: true })],
      handler: (args) => finalizeJson(readPsbt(args.string('psbt')), args.boolean('extract')),
    },
    {
      name: 'utxoupdatepsbt',
      group,
      help: 'Adds what chain, pool and descriptors know of inputs and outputs.',
      params: [
        PSBT,
        optional('descriptors', 'array', 'Descriptors, or {desc, range}.', {
          shape: SCAN_OBJECTS,
          form: DESCRIPTORS_FORM,
        }),
      ],
      handler: (args) => updateJson(node, args),
    },
    {
      name: 'descriptorprocesspsbt',
      group,
      help: 'Adds what chain, pool and descriptors know, and signs with the secret keys of the descriptors.',
      params: [
        PSBT,
        param('descriptors', 'array', 'Descriptors, or {desc, range}.', {
          shape: SCAN_OBJECTS,
          form: DESCRIPTORS_FORM,
        }),
        optional('sighashtype', 'string', 'What the signatures cover; DEFAULT in taproot, else ALL.'),
        optional('bip32derivs', 'bool', 'Name keys by their origins.', { default: true }),
        optional('finalize', 'bool', 'Also finalize what can be.', { default: true }),
      ],
      handler: (args) => processJson(node, args),
    },
  ]
}
