export { createTcpTransport, UNIX_PREFIX, type Proxies, type TcpOptions } from './tcpTransport.ts'
export { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
