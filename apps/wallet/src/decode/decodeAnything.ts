import { bytesToHex, decodeHex } from '@ply/bytes'
import { decodeBase58Check, ExtendedKey, isPublicKey, publicKeyFromSecret } from '@ply/crypto'
import { decodeInvoice, type Invoice } from '@ply/invoice'
import {
  computeBlockHash,
  decodeAddress,
  decodeBlock,
  decodeHeader,
  decodeTransaction,
  decodeWif,
  encodeAddress,
  HEADER_SIZE,
  hashToDisplay,
  type NetworkParameters,
  NETWORKS,
} from '@ply/primitives'
import type { JsonOutput } from '@ply/rpc'
import {
  classifyOutput,
  deriveOutputs,
  expandMultipath,
  formatDescriptor,
  isRanged,
  parseDescriptor,
  parseScript,
  scriptToAsm,
} from '@ply/script'
import { computeOutputScript, decodeBase64, decodePsbt, type Psbt, psbtPrevout } from '@ply/wallet'
import { describeBlock } from '../command/block.ts'
import { describeTransaction } from './describeTransaction.ts'

/** What a text turned out to be. `fields` never hold a secret, whatever the text was. */
export interface Decoded {
  readonly type: string
  readonly fields: { readonly [name: string]: JsonOutput }
}

const ALL = Object.values(NETWORKS)
/** The network at hand first: test networks share their prefixes. */
const ordered = (network: NetworkParameters): readonly NetworkParameters[] => [
  network,
  ...ALL.filter((other) => other !== network),
]

function invoiceFields(invoice: Invoice): Decoded['fields'] {
  const network = ALL.find(({ address }) => address.invoiceHrp === invoice.currency)
  return {
    network: network?.name,
    amount_msat: invoice.amountMsat,
    payee: bytesToHex(invoice.payee),
    payment_hash: bytesToHex(invoice.paymentHash),
    description: invoice.description,
    description_hash: invoice.descriptionHash && bytesToHex(invoice.descriptionHash),
    created_at: invoice.timestamp,
    expiry: invoice.expiry,
    expires_at: invoice.timestamp + invoice.expiry,
    min_final_cltv_expiry: invoice.minFinalCltvExpiryDelta,
    route_hints: invoice.routeHints.map((route) =>
      route.map((hop) => ({
        node_id: bytesToHex(hop.nodeId),
        fee_base_msat: hop.feeBaseMsat,
        fee_ppm: hop.feeProportionalMillionths,
        cltv_expiry_delta: hop.cltvExpiryDelta,
      })),
    ),
  }
}

/** What stands in a PSBT. */
export function psbtFields(psbt: Psbt, network: NetworkParameters): Decoded['fields'] {
  const spent = psbt.inputs.map((_, i) => psbtPrevout(psbt, i)?.value)
  const known = spent.filter((value) => value !== undefined)
  const total = psbt.tx.outputs.reduce((sum, output) => sum + output.value, 0n)
  return {
    psbt_version: psbt.version,
    transaction: describeTransaction(psbt.tx, network),
    input_amounts_sat: spent.map((value) => value ?? null),
    fee_sat: known.length === spent.length ? known.reduce((sum, value) => sum + value, 0n) - total : undefined,
    input_fields: psbt.inputs.map((map) => map.map(({ type }) => `0x${type.toString(16).padStart(2, '0')}`)),
    output_fields: psbt.outputs.map((map) => map.map(({ type }) => `0x${type.toString(16).padStart(2, '0')}`)),
  }
}

function decodeAsInvoice(text: string): Decoded | undefined {
  if (!/^ln(bcrt|bc|tbs|tb)/i.test(text)) return undefined
  const invoice = decodeInvoice(text)
  return invoice.ok
    ? { type: 'bolt11 invoice', fields: invoiceFields(invoice.value) }
    : { type: 'bolt11 invoice', fields: { error: invoice.error.message, code: invoice.error.code } }
}

function decodeAsAddress(text: string, network: NetworkParameters): Decoded | undefined {
  for (const candidate of ordered(network)) {
    const script = decodeAddress(text, candidate)
    if (!script.ok) continue
    return {
      type: 'address',
      fields: {
        network: candidate.name,
        output_type: classifyOutput(script.value).type,
        script: bytesToHex(script.value),
        asm: scriptToAsm(script.value),
      },
    }
  }
  return undefined
}

/** A WIF key or an extended secret key shows what is public about it. */
function decodeAsKey(text: string, network: NetworkParameters): Decoded | undefined {
  for (const candidate of ordered(network)) {
    const wif = decodeWif(text, candidate)
    if (wif.ok) {
      const publicKey = publicKeyFromSecret(wif.value.secretKey, wif.value.compressed)
      return {
        type: 'secret key (WIF)',
        fields: {
          network: candidate.name,
          compressed: wif.value.compressed,
          public_key: publicKey && bytesToHex(publicKey),
          address:
            publicKey && wif.value.compressed
              ? encodeAddress(computeOutputScript('p2wpkh', publicKey), candidate)
              : undefined,
          warning: 'whoever has this key has its coins',
        },
      }
    }
    const key = ExtendedKey.decode(text, candidate.address.extendedKeys)
    if (key.ok) {
      const secret = key.value.secretKey !== undefined
      return {
        type: secret ? 'extended secret key' : 'extended public key',
        fields: {
          network: candidate.name,
          depth: key.value.depth,
          fingerprint: bytesToHex(key.value.fingerprint),
          public_key: bytesToHex(key.value.publicKey),
          xpub: key.value.xpub,
          warning: secret ? 'whoever has this key has all coins below it' : undefined,
        },
      }
    }
  }
  return decodeBase58Check(text).ok
    ? { type: 'base58 with checksum', fields: { note: 'of a kind unknown here' } }
    : undefined
}

function decodeAsPsbt(bytes: Uint8Array, network: NetworkParameters): Decoded | undefined {
  if (!bytesToHex(bytes.subarray(0, 5)).startsWith('70736274ff')) return undefined
  const psbt = decodePsbt(bytes)
  return psbt.ok
    ? { type: 'psbt', fields: psbtFields(psbt.value, network) }
    : { type: 'psbt', fields: { error: psbt.error.message, code: psbt.error.code } }
}

function decodeBytes(bytes: Uint8Array, network: NetworkParameters): Decoded {
  const psbt = decodeAsPsbt(bytes, network)
  if (psbt) return psbt
  if (bytes.length === 33 && isPublicKey(bytes)) {
    const addresses = {
      p2wpkh: encodeAddress(computeOutputScript('p2wpkh', bytes), network),
      p2tr: encodeAddress(computeOutputScript('p2tr', bytes), network),
    }
    return { type: 'public key', fields: { public_key: bytesToHex(bytes), addresses } }
  }
  if (bytes.length === 32) return { type: 'hash', fields: { hash: bytesToHex(bytes), reversed: hashToDisplay(bytes) } }
  const block = bytes.length > HEADER_SIZE ? decodeBlock(bytes) : undefined
  if (block?.ok && block.value.transactions.length > 0) return { type: 'block', fields: describeBlock(block.value) }
  const tx = decodeTransaction(bytes)
  if (tx.ok) return { type: 'transaction', fields: describeTransaction(tx.value, network) }
  const header = bytes.length === HEADER_SIZE ? decodeHeader(bytes) : undefined
  if (header?.ok) {
    const { previousBlockHash, merkleRoot, bits, ...rest } = header.value
    return {
      type: 'block header',
      fields: {
        hash: hashToDisplay(computeBlockHash(header.value)),
        previous_hash: hashToDisplay(previousBlockHash),
        merkle_root: hashToDisplay(merkleRoot),
        bits: bits.toString(16).padStart(8, '0'),
        ...rest,
      },
    }
  }
  const script = parseScript(bytes)
  if (script.ok) {
    return {
      type: 'script',
      fields: {
        asm: scriptToAsm(bytes),
        output_type: classifyOutput(bytes).type,
        address: encodeAddress(bytes, network),
        size: bytes.length,
      },
    }
  }
  return { type: 'bytes', fields: { size: bytes.length, note: 'neither transaction, block, PSBT, key nor script' } }
}

function decodeAsNode(text: string): Decoded | undefined {
  const match = /^(0[23][0-9a-f]{64})@(.+):(\d{1,5})$/i.exec(text)
  return match
    ? { type: 'lightning node', fields: { id: match[1]!.toLowerCase(), host: match[2]!, port: Number(match[3]) } }
    : undefined
}

/** A descriptor shows its first addresses; secret keys in it stay unsaid. */
function decodeAsDescriptor(text: string, network: NetworkParameters): Decoded | undefined {
  if (!/^[a-z_]+\(.*\)(?:#\w*)?$/.test(text)) return undefined
  for (const candidate of ordered(network)) {
    const parsed = parseDescriptor(text, candidate)
    if (!parsed.ok) continue
    const secret = formatDescriptor(parsed.value, 'private') !== formatDescriptor(parsed.value)
    const branches = expandMultipath(parsed.value).map((descriptor) => {
      const indexes = isRanged(descriptor) ? [0, 1, 2] : [0]
      return indexes.flatMap((index) => {
        const outputs = deriveOutputs(descriptor, index)
        return outputs.ok ? outputs.value.map(({ scriptPubKey }) => showScript(scriptPubKey, candidate)) : []
      })
    })
    return {
      type: 'descriptor',
      fields: {
        network: candidate.name,
        kind: parsed.value.type,
        descriptor: formatDescriptor(parsed.value),
        ranged: isRanged(parsed.value),
        first_outputs: branches.length === 1 ? branches[0] : branches,
        warning: secret ? 'it holds secret keys' : undefined,
      },
    }
  }
  const reason = parseDescriptor(text, network)
  return reason.ok ? undefined : { type: 'descriptor', fields: { error: reason.error.message } }
}

const showScript = (script: Uint8Array, network: NetworkParameters): string =>
  encodeAddress(script, network) ?? bytesToHex(script)

/** Says what a text is; undefined if it is nothing known here. */
export function decodeAnything(input: string, network: NetworkParameters): Decoded | undefined {
  const text = input.trim().replace(/^lightning:/i, '')
  const uri = /^bitcoin:([^?]*)(?:\?(.*))?$/i.exec(text)
  if (uri) {
    const inner = decodeAsAddress(uri[1]!, network)
    const query = Object.fromEntries(new URLSearchParams(uri[2] ?? ''))
    return { type: 'payment URI', fields: { address: uri[1], query, ...inner?.fields } }
  }
  if (text === '') return undefined
  const hex = decodeHex(text)
  if (hex.ok) return decodeBytes(hex.value, network)
  const found =
    decodeAsInvoice(text) ??
    decodeAsNode(text) ??
    decodeAsDescriptor(text, network) ??
    decodeAsAddress(text, network) ??
    decodeAsKey(text, network)
  if (found) return found
  const base64 = decodeBase64(text)
  return base64.ok ? decodeAsPsbt(base64.value, network) : undefined
}
