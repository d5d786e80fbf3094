// Transactions as hexadecimal text, without a library.

const u32 = (value) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const u64 = (value) => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
function compactSize(value) {
  if (value < 0xfd) return Buffer.from([value])
  const bytes = Buffer.alloc(3)
  bytes[0] = 0xfd
  bytes.writeUInt16LE(value, 1)
  return bytes
}
const sized = (hex) => {
  const bytes = Buffer.from(hex, 'hex')
  return Buffer.concat([compactSize(bytes.length), bytes])
}
const list = (items, encode) => Buffer.concat([compactSize(items.length), ...items.map(encode)])

const encodeInput = ({ txid, vout, scriptSig = '', sequence = 0xfffffffd }) =>
  Buffer.concat([Buffer.from(txid, 'hex').reverse(), u32(vout), sized(scriptSig), u32(sequence)])
const encodeOutput = ({ value, script }) => Buffer.concat([u64(BigInt(value)), sized(script)])

/** `inputs` may hold their witness as a list of hexadecimal texts. */
export function encodeTransaction({ version = 2, inputs, outputs, lockTime = 0 }) {
  const witnesses = inputs.map(({ witness = [] }) => witness)
  const segwit = witnesses.some((witness) => witness.length > 0)
  return Buffer.concat([
    u32(version),
    ...(segwit ? [Buffer.from([0, 1])] : []),
    list(inputs, encodeInput),
    list(outputs, encodeOutput),
    ...(segwit ? witnesses.map((witness) => list(witness, sized)) : []),
    u32(lockTime),
  ]).toString('hex')
}
