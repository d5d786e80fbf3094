import { schema, type Schema } from '@ply/rpc'
import { blockHash, txid, warnings } from './shapes.ts'

const { amount, anything, bool, cases, hex, integer, list, mapOf, maybe, nothing, number, record, text, time } = schema

const policy = record({ mode: text('off, transaction, interval or poisson.'), seconds: maybe(number()) })

const template = record({
  capabilities: list(text()),
  version: integer(),
  rules: list(text()),
  vbavailable: mapOf('name', integer('Its bit.')),
  vbrequired: integer(),
  previousblockhash: blockHash,
  transactions: list(
    record({
      data: hex('The transaction.'),
      txid,
      hash: hex('Its wtxid.'),
      depends: list(integer('Which of this list, from 1.')),
      fee: integer('Satoshi.'),
      sigops: integer(),
      weight: integer(),
    }),
  ),
  coinbaseaux: record({}),
  coinbasevalue: integer('Satoshi that the coinbase may pay.'),
  longpollid: text(),
  target: hex(),
  mintime: time(),
  mutable: list(text()),
  noncerange: hex(),
  sigoplimit: integer(),
  sizelimit: integer(),
  weightlimit: maybe(integer()),
  curtime: time(),
  bits: hex(),
  height: integer(),
  signet_challenge: maybe(hex()),
  default_witness_commitment: maybe(hex()),
})

export const miningResults = {
  generatetoaddress: list(blockHash),
  generatetodescriptor: list(blockHash),
  generateblock: record({ hash: blockHash, hex: maybe(hex('The block, where it was not submitted.')) }),
  generate: nothing('It has been replaced.'),
  submitblock: cases({ 'a block that was taken': nothing(), 'any other': text('The reason (BIP 22).') }),
  submitheader: nothing(),
  getmininginfo: record({
    blocks: integer(),
    currentblockweight: maybe(integer('Of the template made last.')),
    currentblocktx: maybe(integer()),
    bits: hex(),
    difficulty: number(),
    target: hex(),
    networkhashps: number(),
    pooledtx: integer(),
    blockmintxfee: amount(),
    chain: text(),
    next: record({ height: integer(), bits: hex(), difficulty: number(), target: hex() }),
    signet_challenge: maybe(hex()),
    warnings,
  }),
  getnetworkhashps: number(),
  getblocktemplate: cases({
    'mode = template': template,
    'a proposal that is good': nothing(),
    'any other proposal': text('The reason (BIP 22).'),
  }),
  getautomine: policy,
  setautomine: policy,
  reorg: record({
    disconnected: list(blockHash, 'The highest first.'),
    connected: list(blockHash, 'The lowest first.'),
    fork: record({ hash: blockHash, height: integer() }, 'The last block that both have.'),
    active: bool('Whether the new branch is the active chain.'),
  }),
  echo: list(anything()),
  echojson: list(anything()),
} satisfies Readonly<Record<string, Schema>>
