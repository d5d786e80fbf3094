import { decodeHex, err, ok, type Result } from '@ply/bytes'
import { ExtendedKey, HARDENED, hash160, isPublicKey, parseDerivationPath } from '@ply/crypto'
import { decodeAddress, type NetworkParameters } from '@ply/primitives'
import { computeTaprootOutputKey, createP2pk, createP2pkh, createP2sh, createP2tr, createP2wpkh } from '@ply/script'
import { computeDescriptorChecksum } from '@ply/script'

/** Forms of a script over one public key (33 or 65 bytes; 32 for those of taproot). */
const KEY_SCRIPTS: Readonly<Record<string, (key: Uint8Array) => Uint8Array | undefined>> = {
  pk: createP2pk,
  pkh: (key) => createP2pkh(hash160(key)),
  wpkh: (key) => (key.length === 33 ? createP2wpkh(hash160(key)) : undefined),
  'sh(wpkh': (key) => (key.length === 33 ? createP2sh(hash160(createP2wpkh(hash160(key)))) : undefined),
  rawtr: (key) => createP2tr(xOnly(key)),
  tr: (key) => {
    const output = computeTaprootOutputKey(xOnly(key))
    return output && createP2tr(output.publicKey)
  },
}

const xOnly = (key: Uint8Array): Uint8Array => (key.length === 32 ? key : key.subarray(1, 33))

/** Removes a checksum, which must be right where there is one. */
function stripChecksum(text: string): Result<string, string> {
  const [body = '', checksum, ...rest] = text.split('#')
  if (rest.length > 0) return err("Multiple '#' symbols")
  if (checksum === undefined) return ok(body)
  if (checksum.length !== 8) return err(`Expected 8 character checksum, not ${checksum.length} characters`)
  const expected = computeDescriptorChecksum(body)
  if (expected === undefined) return err('Invalid characters in payload')
  if (expected !== checksum) {
    return err(`Provided checksum '${checksum}' does not match computed checksum '${expected}'`)
  }
  return ok(body)
}

/** The public keys of a key expression: one, or for `…/*` one per index of the range. */
function expandKey(
  expression: string,
  range: readonly [number, number],
  network: NetworkParameters,
): Uint8Array[] | undefined {
  const text = expression.replace(/^\[[0-9a-f]{8}(\/\d+[h']?)*\]/i, '')
  const hex = decodeHex(text)
  if (hex.ok) {
    const key = hex.value.length === 32 ? Uint8Array.of(2, ...hex.value) : hex.value
    return isPublicKey(key) ? [hex.value] : undefined
  }
  const [xpub = '', ...steps] = text.split('/')
  const parsed = ExtendedKey.decode(xpub, network.address.extendedKeys)
  if (!parsed.ok) return undefined
  const wildcard = steps.at(-1) === '*'
  const path = parseDerivationPath(['m', ...(wildcard ? steps.slice(0, -1) : steps)].join('/'))
  if (!path.ok) return undefined
  // Hardened steps need a secret key, which has no business here.
  if (path.value.some((step) => step >= HARDENED)) return undefined
  const parent = parsed.value.derive(path.value)
  if (!wildcard) return [parent.publicKey]
  return Array.from({ length: range[1] - range[0] + 1 }, (_, i) => parent.child(range[0] + i).publicKey)
}

/**
 * The scripts of a descriptor (BIP 380–386) over an address, a raw script or a single key; for `…/*` those of a range
 * of indexes. Violations in Bitcoin Core's words.
 */
export function expandDescriptor(
  text: string,
  network: NetworkParameters,
  range: readonly [number, number] = [0, 0],
): Result<Uint8Array[], string> {
  const stripped = stripChecksum(text)
  if (!stripped.ok) return stripped
  const body = stripped.value
  const match = /^([a-z]+(?:\(wpkh)?)\(([^()]*)\)+$/.exec(body)
  const [form, argument] = [match?.[1] ?? '', match?.[2] ?? '']
  const balanced = body.split('(').length === body.split(')').length
  if (!match || !balanced) return err(`'${body}' is not a valid descriptor function`)
  if (form === 'addr') {
    const script = decodeAddress(argument, network)
    return script.ok ? ok([script.value]) : err('Address is not valid')
  }
  if (form === 'raw') {
    const script = decodeHex(argument)
    return script.ok ? ok([script.value]) : err('Raw script is not hex')
  }
  const create = Object.hasOwn(KEY_SCRIPTS, form) ? KEY_SCRIPTS[form] : undefined
  if (!create) return err(`'${form}' is not a valid descriptor function`)
  const keys = expandKey(argument, range, network)
  if (!keys) return err(`key '${argument}' is not valid`)
  const scripts = keys.map(create)
  const valid = scripts.filter((script) => script !== undefined)
  return valid.length === scripts.length ? ok(valid) : err(`${form}(): key '${argument}' is not valid here`)
}
