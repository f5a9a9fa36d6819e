// What pages take apart by themselves; the main entry brings codecs of all formats along.
export { findMp4Header, type Mp4Bytes, type Mp4Packets, readMp4Packets } from './media/mp4-packets.js';
export { type PacketColumns, packetFlag } from './media/packet-columns.js';
