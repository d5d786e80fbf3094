import { err, ok, type Result } from '@ply/bytes'

export interface HostAndPort {
  readonly host: string
  readonly port: number
}

/** `host:port`, an IPv6 host in brackets; without a port, `defaultPort`. Violation: what is wrong, in words. */
export function parseHostAndPort(text: string, defaultPort?: number): Result<HostAndPort, string> {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+))(?::(\d{1,5}))?$/.exec(text)
  const host = match?.[1] ?? match?.[2]
  if (!match || host === undefined) return err(`'${text}' is not host:port`)
  const port = match[3] === undefined ? defaultPort : Number(match[3])
  if (port === undefined) return err(`'${text}' lacks a port`)
  if (port > 65535) return err(`port ${port} is over 65535`)
  return ok({ host, port })
}

/** The written form: `127.0.0.1:8333`, `[::1]:8333`. IPv4 that arrived on an IPv6 socket is written as IPv4. */
export function formatHostAndPort({ host, port }: HostAndPort): string {
  const plain = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(host)?.[1] ?? host
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`
}
