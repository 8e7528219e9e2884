package hook_test

import (
	"context"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"frontdesk/shared/hook"
	"frontdesk/shared/message"
)

// The environment names a proxy in all tests: net/http reads it once.
func TestMain(m *testing.M) {
	_ = os.Setenv("HTTPS_PROXY", "http://198.20.0.99:3128")
	m.Run()
}

func TestNoProxyOfTheEnvironmentIsUsed(t *testing.T) {
	r := newReceiver(t)
	if err := r.sender().Post(t.Context(), endpoint(), handed); err != nil || r.dialled[0] != "198.20.0.1:443" {
		t.Errorf("got %v, dialled %v, want the receiver itself", err, r.dialled)
	}
}

func TestNothingThatIsNotPublicIsDialled(t *testing.T) {
	for name, text := range notPublic() {
		t.Run(name, func(t *testing.T) {
			r := newReceiver(t)
			r.leads = []string{text}
			if got := class(t, r.sender().Post(t.Context(), endpoint(), handed)); got != message.Stop || len(r.dialled) > 0 {
				t.Errorf("as a name: got %q, dialled %v, want refused", got, r.dialled)
			}
			e := endpoint()
			e.URL = "https://[" + strings.ReplaceAll(text, "%", "%25") + "]/"
			if !strings.Contains(text, ":") {
				e.URL = "https://" + text + "/"
			}
			if got := class(t, r.sender().Post(t.Context(), e, handed)); got != message.Stop || len(r.dialled) > 0 {
				t.Errorf("as an address: got %q, dialled %v, want refused", got, r.dialled)
			}
		})
	}
}

// A name that leads to a public address first and to our own network then (DNS rebinding).
func TestEachTryIsCheckedAnew(t *testing.T) {
	r := newReceiver(t)
	r.answer = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }
	s := r.sender()
	if err := s.Post(t.Context(), endpoint(), handed); err != nil {
		t.Fatal(err)
	}
	r.leads = []string{"169.254.169.254"}
	if got := class(t, s.Post(t.Context(), endpoint(), handed)); got != message.Stop {
		t.Errorf("got %q, want refused", got)
	}
	if d := cmp.Diff([]string{"198.20.0.1:443"}, r.dialled); d != "" {
		t.Errorf("dialled (-want +got):\n%s", d)
	}
	if len(r.looked) != 2 {
		t.Errorf("got %d look-ups, want one for each connection", len(r.looked))
	}
}

// The dialler of the program itself refuses too, should a guard's look-up be wrong.
func TestTheSystemsOwnDiallerLooksAgain(t *testing.T) {
	for _, address := range []string{"127.0.0.1:443", "[::1]:443", "169.254.169.254:80", "[::ffff:10.0.0.1]:443", "nonsense"} {
		if err := hook.Control("tcp", address, nil); err == nil {
			t.Errorf("%s: got no error, want it refused", address)
		}
	}
	if err := hook.Control("tcp", "8.8.8.8:443", nil); err != nil {
		t.Errorf("8.8.8.8: got %v, want it allowed", err)
	}
}

func TestOnlyPublicAddressesAreDialled(t *testing.T) {
	bad := []string{}
	for _, text := range notPublic() {
		bad = append(bad, text)
	}
	slices.Sort(bad)
	r := newReceiver(t)
	r.answer = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Connection", "close") }
	s := r.sender()
	rapid.Check(t, func(t *rapid.T) {
		any16 := rapid.SliceOfN(rapid.Byte(), 16, 16)
		r.dialled, r.leads = nil, nil
		for range rapid.IntRange(1, 6).Draw(t, "addresses") {
			switch rapid.IntRange(0, 3).Draw(t, "kind") {
			case 0:
				r.leads = append(r.leads, rapid.SampledFrom(bad).Draw(t, "bad"))
			case 1:
				r.leads = append(r.leads, rapid.SampledFrom(public()).Draw(t, "public"))
			case 2:
				r.leads = append(r.leads, netip.AddrFrom4([4]byte(any16.Draw(t, "IPv4"))).String())
			default:
				r.leads = append(r.leads, netip.AddrFrom16([16]byte(any16.Draw(t, "IPv6"))).String())
			}
		}
		err := s.Post(context.Background(), endpoint(), handed)
		some := slices.ContainsFunc(r.leads, func(text string) bool { return hook.Public(netip.MustParseAddr(text)) })
		if (err == nil) != some {
			t.Fatalf("got %v for %v", err, r.leads)
		}
		for _, address := range r.dialled {
			ip := netip.MustParseAddrPort(address).Addr()
			if !ip.IsGlobalUnicast() || ip.IsPrivate() || ip.Is4In6() || !hook.Public(ip) {
				t.Fatalf("%s was dialled", address)
			}
		}
	})
}
