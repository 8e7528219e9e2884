package access_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"frontdesk/shared/access"
)

func TestRoles(t *testing.T) {
	viewer, admin, nobody := access.Identity{Role: access.Viewer}, access.Identity{Role: access.Admin}, access.Identity{Role: "boss"}
	for _, p := range access.Permissions(access.Admin) {
		reads := strings.HasSuffix(p, ":read") || p == access.Simulate
		if !admin.May(p) || viewer.May(p) != reads || nobody.May(p) {
			t.Errorf("%s: got admin %t, viewer %t, nobody %t; want admins all, viewers what only reads, nobody nothing",
				p, admin.May(p), viewer.May(p), nobody.May(p))
		}
	}
	if admin.May("") || admin.May("everything") {
		t.Error("got a permission that there is not")
	}
}

func TestMask(t *testing.T) {
	for phone, want := range map[string]string{"16505551234": "+165•••1234", "": "", "1234567": "•••", "123456789": "+123•••6789"} {
		if got := access.Mask(phone); got != want {
			t.Errorf("got %q for %d digits, want %q", got, len(phone), want)
		}
	}
}

func TestBearer(t *testing.T) {
	for header, want := range map[string]string{"Bearer abc": "abc", "bearer  abc ": "abc", "Basic abc": "", "abc": "", "": "", "Bearer ": ""} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Authorization", header)
		got, err := access.Bearer(r)
		if got != want || (want == "") != errors.Is(err, access.ErrNoToken) {
			t.Errorf("%q: got %q, %v, want %q", header, got, err, want)
		}
	}
}

func TestWhoTheClaimsName(t *testing.T) {
	for _, c := range []struct {
		name   string
		claims map[string]string
		want   access.Identity
		err    error
	}{
		{"no authorizer", nil, access.Identity{}, access.ErrNoToken},
		{"our own claim", map[string]string{"frontdesk_role": "viewer", "email": "li@example.com"}, access.Identity{Name: "li@example.com", Role: "viewer"}, nil},
		{"role", map[string]string{"role": "admin", "sub": "3f1c"}, access.Identity{Name: "3f1c", Role: "admin"}, nil},
		{"groups as API Gateway writes them", map[string]string{"groups": "[staff frontdesk-viewer]", "name": "Li"}, access.Identity{Name: "Li", Role: "viewer"}, nil},
		{"Cognito's groups", map[string]string{"cognito:groups": "[frontdesk-admin]", "cognito:username": "li"}, access.Identity{Name: "li", Role: "admin"}, nil},
		{"one group that is no list", map[string]string{"groups": "frontdesk-admin", "sub": "x"}, access.Identity{Name: "x", Role: "admin"}, nil},
		{"a list as JSON", map[string]string{"groups": `["a","frontdesk-admin"]`, "sub": "x"}, access.Identity{Name: "x", Role: "admin"}, nil},
		{"two roles: the one that may do most", map[string]string{"groups": "[frontdesk-viewer frontdesk-admin]", "sub": "x"}, access.Identity{Name: "x", Role: "admin"}, nil},
		{"no role", map[string]string{"role": "", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"a role that there is not", map[string]string{"role": "owner", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"a group that only looks like ours", map[string]string{"groups": "[frontdesk-admins admin]", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"a name of several lines", map[string]string{"role": "admin", "name": "Li\n\tExample"}, access.Identity{Name: "Li Example", Role: "admin"}, nil},
		{"no name", map[string]string{"role": "admin"}, access.Identity{Name: "unknown", Role: "admin"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := access.FromClaims(c.claims)
			if d := cmp.Diff(c.want, got); d != "" || !errors.Is(err, c.err) {
				t.Errorf("got %v, want %v; identity (-want +got):\n%s", err, c.err, d)
			}
		})
	}
}

func FuzzFromClaims(f *testing.F) {
	f.Add("[a frontdesk-admin]", "admin", "Li")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, groups, role, name string) {
		who, err := access.FromClaims(map[string]string{"groups": groups, "role": role, "name": name})
		if err == nil && access.Permissions(who.Role) == nil || len([]rune(who.Name)) > 100 || strings.ContainsAny(who.Name, "\n\r") {
			t.Errorf("got %+v, %v", who, err)
		}
	})
}
