package access_test

import (
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"frontdesk/shared/access"
)

func TestRoles(t *testing.T) {
	got := map[string]string{}
	for _, r := range access.BuiltIn() {
		for _, p := range r.Permissions {
			if !access.Known(p) {
				t.Errorf("%s has %q, which there is not", r.ID, p)
			}
		}
		if missing := r.Permissions.MissingRead(); missing != "" || !access.IsRoleID(r.ID) {
			t.Errorf("the role %s has %s without being able to read whose", r.ID, missing)
		}
		got[r.ID] = strings.Join(slices.Sorted(slices.Values(r.Permissions)), " ")
	}
	want := map[string]string{
		"admin":      strings.Join(slices.Sorted(slices.Values(access.All())), " "),
		"publisher":  "contacts:read contacts:test conversations:read playbook:publish playbook:read playbook:write reports:read simulate",
		"editor":     "contacts:read contacts:test conversations:read playbook:read playbook:write reports:read simulate",
		"supervisor": "audit:read contacts:read contacts:write conversations:read conversations:write playbook:read reports:read reports:send simulate",
		"agent":      "contacts:read conversations:read_team conversations:write playbook:read reports:read",
		"viewer":     "audit:read contacts:read conversations:read deadletters:read playbook:read reports:read roles:read simulate",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("built-in roles (-want +got):\n%s", d)
	}
	if access.Permissions("owner") != nil {
		t.Error("got permissions of a role that there is not")
	}
}

func TestAWiderPermissionIncludesTheNarrower(t *testing.T) {
	for _, c := range []struct {
		has      access.Set
		may      string
		want     bool
		narrowed bool
	}{
		{access.Set{"playbook:write"}, "filters:write", true, false},
		{access.Set{"filters:write"}, "playbook:write", false, false},
		{access.Set{"filters:write"}, "templates:write", false, false},
		{access.Set{"conversations:read"}, "conversations:read_team", true, false},
		{access.Set{"conversations:read_team"}, "conversations:read", false, true},
		{access.Set{"conversations:read_team", "conversations:read"}, "conversations:read", true, false},
		{access.Set{"reports:read"}, "conversations:read_team", false, false},
		{nil, "playbook:read", false, false},
		{access.Set(access.All()), "", false, false},
		{access.Set(access.All()), "everything", false, false},
	} {
		if got := c.has.May(c.may); got != c.want || c.has.Narrowed() != c.narrowed {
			t.Errorf("%v: got may %s %t, narrowed %t, want %t, %t", c.has, c.may, got, c.has.Narrowed(), c.want, c.narrowed)
		}
	}
	if got := (access.Set{"playbook:write"}).Lacks(access.Set{"hours:write", "playbook:publish"}); got != "playbook:publish" {
		t.Errorf("got %q lacking, want playbook:publish", got)
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
	roles := func(ids ...string) []string { return ids }
	for _, c := range []struct {
		name   string
		claims map[string]string
		want   access.Identity
		err    error
	}{
		{"no authorizer", nil, access.Identity{}, access.ErrNoToken},
		{"our own claim", map[string]string{"frontdesk_role": "viewer", "email": "li@example.com"}, access.Identity{Name: "li@example.com", Roles: roles("viewer")}, nil},
		{"role", map[string]string{"role": "admin", "sub": "3f1c"}, access.Identity{Name: "3f1c", Roles: roles("admin")}, nil},
		{"a role of their own", map[string]string{"frontdesk_role": "night-shift", "sub": "x"}, access.Identity{Name: "x", Roles: roles("night-shift")}, nil},
		{"groups as API Gateway writes them", map[string]string{"groups": "[staff frontdesk-viewer]", "name": "Li"}, access.Identity{Name: "Li", Roles: roles("viewer")}, nil},
		{"Cognito's groups", map[string]string{"cognito:groups": "[frontdesk-admin]", "cognito:username": "li"}, access.Identity{Name: "li", Roles: roles("admin")}, nil},
		{"Cognito's access token", map[string]string{"cognito:groups": "[frontdesk-agent frontdesk-team-care]", "username": "li", "sub": "3f1c"},
			access.Identity{Name: "li", Roles: roles("agent"), Teams: []string{"care"}}, nil},
		{"one group that is no list", map[string]string{"groups": "frontdesk-admin", "sub": "x"}, access.Identity{Name: "x", Roles: roles("admin")}, nil},
		{"a list as JSON", map[string]string{"groups": `["a","frontdesk-admin"]`, "sub": "x"}, access.Identity{Name: "x", Roles: roles("admin")}, nil},
		{"two roles", map[string]string{"groups": "[frontdesk-viewer frontdesk-admin frontdesk-viewer]", "sub": "x"}, access.Identity{Name: "x", Roles: roles("admin", "viewer")}, nil},
		{"teams", map[string]string{"role": "agent", "frontdesk_teams": "[sales care]", "teams": "care", "sub": "x"}, access.Identity{Name: "x", Roles: roles("agent"), Teams: []string{"care", "sales"}}, nil},
		{"teams alone", map[string]string{"teams": "care", "sub": "x"}, access.Identity{Name: "x", Teams: []string{"care"}}, access.ErrNoRole},
		{"a role that would be a team", map[string]string{"role": "team-care", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"an attribute that people may write themselves", map[string]string{"custom:frontdesk_role": "admin", "custom:teams": "care", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"no role", map[string]string{"role": "", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"what cannot be a role", map[string]string{"role": "Owner!", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"a group that only looks like ours", map[string]string{"groups": "[frontdesk admin Frontdesk-Admin]", "sub": "x"}, access.Identity{Name: "x"}, access.ErrNoRole},
		{"a name of several lines", map[string]string{"role": "admin", "name": "Li\n\tExample"}, access.Identity{Name: "Li Example", Roles: roles("admin")}, nil},
		{"an address that is not verified", map[string]string{"role": "admin", "email": "boss@example.com", "email_verified": "false", "sub": "x"}, access.Identity{Name: "x", Roles: roles("admin")}, nil},
		{"no name", map[string]string{"role": "admin"}, access.Identity{Name: "unknown", Roles: roles("admin")}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := access.FromClaims(c.claims)
			if d := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); d != "" || !errors.Is(err, c.err) {
				t.Errorf("got %v, want %v; identity (-want +got):\n%s", err, c.err, d)
			}
		})
	}
}

// What each provider puts into its tokens, and whether that shows two factors.
func TestASecondFactor(t *testing.T) {
	own := access.Factor{Required: true, ACR: []string{"2", "gold", "c1"}}
	for _, c := range []struct {
		name   string
		claims map[string]string
		want   bool
	}{
		{"Entra 1.0, password and Authenticator", map[string]string{"amr": "[pwd mfa]", "acr": "1"}, true},
		{"Entra 1.0, Windows Hello", map[string]string{"amr": "[rsa ngcmfa]"}, true},
		{"Entra 1.0, password; its acr 1 says nothing of factors", map[string]string{"amr": "[pwd]", "acr": "1"}, false},
		{"Entra 2.0 as it comes", map[string]string{"ver": "2.0"}, false},
		{"Entra 2.0, a context that the operator has named", map[string]string{"acrs": "[p1 c1]"}, true},
		{"Entra 2.0, another context", map[string]string{"acrs": "[c9]"}, false},
		{"Okta, password and code", map[string]string{"amr": "[pwd mfa otp]"}, true},
		{"Okta by acr", map[string]string{"acr": "urn:okta:loa:2fa:any"}, true},
		{"Okta, one factor", map[string]string{"acr": "urn:okta:loa:1fa:any", "amr": "[pwd]"}, false},
		{"Okta, a second factor if there is one", map[string]string{"acr": "urn:okta:loa:2fa:any:ifpossible", "amr": "[pwd]"}, false},
		{"Google, password and challenge", map[string]string{"amr": "[pwd mfa]"}, true},
		{"Google, password", map[string]string{"amr": "[pwd]"}, false},
		{"Keycloak, AMR mapper", map[string]string{"amr": "[pwd otp]", "acr": "1"}, true},
		{"Keycloak, a level that the operator has named", map[string]string{"acr": "2"}, true},
		{"Keycloak, as it comes", map[string]string{"acr": "1"}, false},
		{"Auth0", map[string]string{"amr": `["mfa"]`}, true},
		{"a card that is opened with a finger", map[string]string{"amr": "[sc fpt]"}, true},
		{"a security key alone", map[string]string{"amr": "[hwk user]"}, false},
		{"two things known", map[string]string{"amr": "[pwd pin kba]"}, false},
		{"two things owned", map[string]string{"amr": "[sms otp]"}, false},
		{"a word that only holds mfa", map[string]string{"amr": "[nomfa]"}, false},
		{"Cognito", map[string]string{"token_use": "access", "cognito:groups": "[frontdesk-admin]"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := own.Check(c.claims); (err == nil) != c.want || err != nil && !errors.Is(err, access.ErrOneFactor) {
				t.Errorf("got %v, want it to pass: %t", err, c.want)
			}
			if err := (access.Factor{}).Check(c.claims); err != nil {
				t.Errorf("got %v where no second factor is required", err)
			}
		})
	}
	if err := own.Check(nil); err != nil {
		t.Errorf("got %v without claims, want the missing token to be told", err)
	}
}

func FuzzFromClaims(f *testing.F) {
	f.Add("[a frontdesk-admin]", "admin", "Li")
	f.Add("[frontdesk-team-care frontdesk-agent]", "", "")
	f.Add("", "", "")
	f.Fuzz(func(t *testing.T, groups, role, name string) {
		who, err := access.FromClaims(map[string]string{"groups": groups, "role": role, "name": name, "teams": name})
		if (err == nil) == (len(who.Roles) == 0) || len([]rune(who.Name)) > 100 || strings.ContainsAny(who.Name, "\n\r") {
			t.Errorf("got %+v, %v", who, err)
		}
		if len(who.Roles) > 50 || len(who.Teams) > 50 || slices.Contains(who.Teams, "") {
			t.Errorf("got %d roles and %d teams", len(who.Roles), len(who.Teams))
		}
		for _, id := range who.Roles {
			if !access.IsRoleID(id) {
				t.Errorf("got the role %q", id)
			}
		}
	})
}
