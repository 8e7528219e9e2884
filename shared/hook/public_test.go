package hook_test

import (
	"net/netip"
	"testing"

	"frontdesk/shared/hook"
)

// notPublic are addresses of every class that must never be dialled.
func notPublic() map[string]string {
	return map[string]string{
		"this network":                    "0.0.0.0",
		"any address of this network":     "0.1.2.3",
		"private A":                       "10.255.255.254",
		"a carrier's (CGNAT)":             "100.64.0.1",
		"the last of a carrier's":         "100.127.255.255",
		"Alibaba's metadata":              "100.100.100.200",
		"loopback":                        "127.0.0.1",
		"any loopback":                    "127.99.1.2",
		"link-local":                      "169.254.1.1",
		"metadata of AWS, GCP and Azure":  "169.254.169.254",
		"task credentials of AWS":         "169.254.170.2",
		"Azure's wire server":             "168.63.129.16",
		"private B":                       "172.16.0.1",
		"the last of private B":           "172.31.255.255",
		"protocols, Oracle's metadata":    "192.0.0.192",
		"documentation 1":                 "192.0.2.1",
		"6to4 relay":                      "192.88.99.1",
		"private C":                       "192.168.1.1",
		"benchmarks":                      "198.19.255.255",
		"documentation 2":                 "198.51.100.7",
		"documentation 3":                 "203.0.113.7",
		"multicast":                       "224.0.0.1",
		"reserved":                        "240.0.0.1",
		"broadcast":                       "255.255.255.255",
		"IPv6 unspecified":                "::",
		"IPv6 loopback":                   "::1",
		"IPv6 link-local":                 "fe80::1",
		"IPv6 link-local with a zone":     "fe80::1%eth0",
		"a public address with a zone":    "2606:4700::1%eth0",
		"a mapped one with a zone":        "::ffff:8.8.8.8%eth0",
		"IPv6 site-local":                 "fec0::1",
		"unique local":                    "fd12:3456::1",
		"AWS metadata over IPv6":          "fd00:ec2::254",
		"IPv6 multicast":                  "ff02::1",
		"mapped loopback":                 "::ffff:127.0.0.1",
		"mapped metadata":                 "::ffff:169.254.169.254",
		"mapped metadata in hexadecimal":  "::ffff:a9fe:a9fe",
		"mapped private":                  "::ffff:10.0.0.1",
		"compatible loopback":             "::127.0.0.1",
		"translated loopback (SIIT)":      "::ffff:0:127.0.0.1",
		"NAT64 of metadata":               "64:ff9b::a9fe:a9fe",
		"NAT64 of a public address":       "64:ff9b::808:808",
		"NAT64 of one's own":              "64:ff9b:1::a00:1",
		"discard only":                    "100::1",
		"Teredo":                          "2001::1",
		"ORCHID":                          "2001:20::1",
		"IPv6 documentation":              "2001:db8::1",
		"6to4 of loopback":                "2002:7f00:1::1",
		"IPv6 documentation, the new one": "3fff::1",
		"segment routing":                 "5f00::1",
	}
}

func public() []string {
	return []string{
		"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.1",
		"168.63.129.15", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.1", "192.167.255.255", "192.169.0.0",
		"198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2606:4700:4700::1111", "2001:4860:4860::8888", "2400:3200::1",
	}
}

func TestWhatIsPublic(t *testing.T) {
	for name, text := range notPublic() {
		if hook.Public(netip.MustParseAddr(text)) {
			t.Errorf("%s: %s counts as public", name, text)
		}
	}
	for _, text := range public() {
		if !hook.Public(netip.MustParseAddr(text)) {
			t.Errorf("%s does not count as public", text)
		}
	}
	if hook.Public(netip.Addr{}) {
		t.Error("no address counts as public")
	}
}

// What Go's own library knows of addresses never contradicts ours, however they are written.
func FuzzPublic(f *testing.F) {
	for _, text := range notPublic() {
		f.Add(netip.MustParseAddr(text).AsSlice())
	}
	for _, text := range public() {
		f.Add(netip.MustParseAddr(text).AsSlice())
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		ip, ok := netip.AddrFromSlice(raw)
		if !ok || !hook.Public(ip) {
			return
		}
		plain := ip.Unmap()
		if !plain.IsGlobalUnicast() || plain.IsPrivate() || plain.IsLoopback() || plain.IsLinkLocalUnicast() || plain.IsMulticast() || plain.IsUnspecified() {
			t.Errorf("%v counts as public", ip)
		}
		if plain.Is4() != hook.Public(netip.AddrFrom16(ip.As16())) && plain.Is4() {
			t.Errorf("%v counts as public and not when mapped", ip)
		}
		if plain.Is6() && plain.As16()[0]>>5 != 1 {
			t.Errorf("%v is outside of 2000::/3", ip)
		}
	})
}

func BenchmarkPublic(b *testing.B) {
	ip := netip.MustParseAddr("2606:4700:4700::1111")
	b.ReportAllocs()
	for b.Loop() {
		hook.Public(ip)
	}
}
