export { assert, err, InvariantError, ok, unreachable, unwrap, type Result } from './result.ts'
export type { Brand } from './brand.ts'
export { DecodeError, tryDecode } from './decodeError.ts'
export {
  bigintFromBytesBE,
  bigintFromBytesLE,
  bigintToBytesBE,
  bigintToBytesLE,
  compareBytes,
  concatBytes,
  equalBytes,
  reverseBytes,
} from './bytes.ts'
export { bytesToHex, decodeHex, hexToBytes } from './hex.ts'
export { ByteReader, decodeExact, MAX_SIZE } from './reader.ts'
export { ByteWriter, compactSizeLength, encodeWith, withEncoding } from './writer.ts'
export { decodeBase58, encodeBase58 } from './base58.ts'
export { decodeBase32, encodeBase32 } from './base32.ts'
export { bytesToWords, decodeBech32, encodeBech32, wordsToBytes, type Bech32, type Bech32Encoding } from './bech32.ts'
export { formatIpv6, isMappedIpv4, parseIp, parseIpv4, toMappedIpv4 } from './ip/ipAddress.ts'
export {
  type IpSubnet,
  ipSubnetIncludes,
  maskIp,
  parseIpSubnet,
  parsePrefixLength,
  splitAtSlash,
} from './ip/ipSubnet.ts'
export { decodeUtf8, utf8ToBytes } from './text.ts'
export { type Bech32Errors, locateBech32Errors } from './bech32Errors.ts'
