package wecom

import (
	"net/url"
	"strings"

	"frontdesk/shared/channel"
)

// maxReturn bounds the address of an answer in bytes; WeCom's have about 100.
const maxReturn = 2048

// returnable reports an address at which an AI bot's answer may be posted: https at WeCom
// (W:101138), or the host of the channel's own api_url. Anything else, whoever wrote it,
// would let our answers, and our network, be reached through us.
func returnable(address, api string) bool {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxReturn || u.User != nil || u.Fragment != "" || u.Opaque != "" {
		return false
	}
	if u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") && ofWeCom(u.Hostname()) {
		return true
	}
	own, err := url.Parse(api)
	if err != nil || own.Host == "" || u.Hostname() == "" {
		return false
	}
	return u.Scheme == own.Scheme && (strings.EqualFold(u.Host, own.Host) || channel.Loopback(u.Hostname()) && channel.Loopback(own.Hostname()))
}

// ofWeCom: the pages show qyapi.weixin.qq.com alone; its neighbours are Tencent's, too (?).
func ofWeCom(host string) bool {
	host = strings.ToLower(host)
	return host == "qyapi.weixin.qq.com" || strings.HasSuffix(host, ".work.weixin.qq.com")
}
