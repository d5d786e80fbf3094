export { createTcpTransport, type Proxies, type TcpOptions } from './tcpTransport.ts'
export { formatHostAndPort, parseHostAndPort, type HostAndPort } from './address.ts'
