package functions

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The answers that matter to the way out. Without an issuer there is no admin API.
var (
	noAddress = map[string]string{"OidcIssuer": "https://login.example.com", "OidcAudience": "desk", "FixedAddress": "no"}
	anAddress = with(noAddress, "FixedAddress", "yes")
	broughtIt = with(anAddress, "FixedAddressId", "eipalloc-0123456789abcdef0")
	noAdmins  = with(with(anAddress, "OidcIssuer", ""), "CreateUserPool", "no")
)

func with(answers map[string]string, name, answer string) map[string]string {
	out := maps.Clone(answers)
	out[name] = answer
	return out
}

// ref is what !Ref gives.
func ref(name string) object { return object{"Ref": name} }

// TestNothingRefersToWhatIsNotDeployed goes through the answers that switch parts of
// the template on and off.
func TestNothingRefersToWhatIsNotDeployed(t *testing.T) {
	for _, answers := range []map[string]string{
		{}, noAddress, anAddress, broughtIt, noAdmins, with(noAddress, "FixedAddressId", "eipalloc-0123456789abcdef0"),
		{"ChannelsSecret": "arn:aws:x"}, {"CreateMailIdentity": "no"}, {"AlarmMail": "ops@example.com"},
	} {
		s := deploy(t, answers)
		known := func(name string) bool {
			_, parameter := s.answers[name]
			// Identity is a name of its own in an !Sub.
			return parameter || s.resources[name] != nil || strings.HasPrefix(name, "AWS::") || name == "Identity"
		}
		for name, part := range s.parts() {
			check := func(other string) {
				if !known(other) {
					t.Errorf("%v: %s refers to %s, which is not deployed", answers, name, other)
				}
			}
			mentions(part, check)
			for _, other := range list(part["DependsOn"]) {
				check(other)
			}
		}
	}
}

// callers are the functions whose code can send to a channel: it leads to package send.
func callers(t *testing.T) []string {
	t.Helper()
	mains, err := filepath.Glob("*/main.go")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, main := range mains {
		if name := filepath.Dir(main); leadsTo(t, "frontdesk/functions/"+name, "frontdesk/shared/send", map[string]bool{}) {
			names = append(names, name)
		}
	}
	return names
}

// leadsTo reports whether a package of ours imports another, directly or not.
func leadsTo(t *testing.T, from, to string, seen map[string]bool) bool {
	t.Helper()
	if from == to {
		return true
	}
	if seen[from] || !strings.HasPrefix(from, "frontdesk/") {
		return false
	}
	seen[from] = true
	return slices.ContainsFunc(imports(t, from), func(next string) bool { return leadsTo(t, next, to, seen) })
}

func imports(t *testing.T, pkg string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", strings.TrimPrefix(pkg, "frontdesk/"), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range parsed.Imports {
			path, _ := strconv.Unquote(spec.Path.Value)
			paths = append(paths, path)
		}
	}
	return paths
}

// TestFunctionsThatCallChannelsHaveTheFixedAddress: WeCom refuses every other address
// (60020), and a function that calls no channel must not wait for a NAT gateway.
func TestFunctionsThatCallChannelsHaveTheFixedAddress(t *testing.T) {
	s := deploy(t, anAddress)
	var inside []string
	for _, name := range s.of("AWS::Serverless::Function") {
		got := s.property(name, "VpcConfig")
		if got == nil {
			continue
		}
		called := s.property(name, "FunctionName").(object)["Fn::Sub"].(string)
		inside = append(inside, strings.TrimPrefix(called, "${AWS::StackName}-"))
		want := object{"SubnetIds": []any{ref("PrivateSubnetA"), ref("PrivateSubnetB")}, "SecurityGroupIds": []any{ref("Callers")}}
		if diff := cmp.Diff(any(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if diff := cmp.Diff(callers(t), inside); diff != "" {
		t.Errorf("functions whose code leads to package send, against those in the network (-want +got):\n%s", diff)
	}
}

// TestWithoutTheSwitchThereIsNoNetwork: no is the default, and an address that was
// brought along switches nothing on.
func TestWithoutTheSwitchThereIsNoNetwork(t *testing.T) {
	for _, answers := range []map[string]string{{}, noAddress, with(noAddress, "FixedAddressId", "eipalloc-0123456789abcdef0")} {
		s := deploy(t, answers)
		if got := s.of("AWS::EC2::*"); len(got) > 0 {
			t.Errorf("%v: got %v, want nothing of a network", answers, got)
		}
		for _, name := range s.of("AWS::Serverless::Function") {
			if got := s.property(name, "VpcConfig"); got != nil {
				t.Errorf("%v: %s is in a network: %v", answers, name, got)
			}
		}
		if got := rights(s, "ec2:"); len(got) > 0 {
			t.Errorf("%v: got rights in EC2 %v, want none", answers, got)
		}
		if got := s.outputs["WeComAddress"]; got != nil {
			t.Errorf("%v: told the address %v", answers, got)
		}
	}
}

// rights are the allowed actions with a prefix, by role.
func rights(s *stack, prefix string) map[string][]string {
	out := map[string][]string{}
	for _, role := range s.of("AWS::IAM::Role") {
		policies, _ := s.property(role, "Policies").([]any)
		for _, policy := range policies {
			out[role] = append(out[role], allowed(policy.(object)["PolicyDocument"], prefix)...)
		}
	}
	for _, policy := range s.of("AWS::IAM::Policy") {
		for _, role := range s.property(policy, "Roles").([]any) {
			out[target(role)] = append(out[target(role)], allowed(s.property(policy, "PolicyDocument"), prefix)...)
		}
	}
	maps.DeleteFunc(out, func(_ string, actions []string) bool { return len(actions) == 0 })
	return out
}

func allowed(document any, prefix string) []string {
	var out []string
	for _, statement := range document.(object)["Statement"].([]any) {
		for _, action := range list(statement.(object)["Action"]) {
			if statement.(object)["Effect"] == "Allow" && strings.HasPrefix(action, prefix) {
				out = append(out, action)
			}
		}
	}
	slices.Sort(out)
	return out
}

// toAttach is AWS's list of what Lambda needs of a function's role to attach it to a
// network (Lambda Developer Guide, "Required IAM permissions").
var toAttach = []string{"ec2:AssignPrivateIpAddresses", "ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface",
	"ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", "ec2:UnassignPrivateIpAddresses"}

func TestOnlyRolesOfFunctionsInTheNetworkMayAttachToIt(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		want    map[string][]string
	}{
		{"with the admin API", anAddress, map[string][]string{"AdminRole": toAttach, "DeskRole": toAttach}},
		{"without it", noAdmins, map[string][]string{"DeskRole": toAttach}},
	} {
		if diff := cmp.Diff(c.want, rights(deploy(t, c.answers), "ec2:")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestTheFunctionsOwnCodeMayTouchNoNetworkInterface: the rights are in the role for
// Lambda, which says so by not naming a function as the source of its calls.
func TestTheFunctionsOwnCodeMayTouchNoNetworkInterface(t *testing.T) {
	statements := deploy(t, anAddress).property("NetworkInterfaces", "PolicyDocument").(object)["Statement"].([]any)
	deny := statements[len(statements)-1].(object)
	for _, action := range toAttach {
		if deny["Effect"] != "Deny" || deny["Resource"] != "*" || !slices.Contains(list(deny["Action"]), action) {
			t.Errorf("the functions' own code may %s", action)
		}
	}
	var whose []string
	for _, arn := range deny["Condition"].(object)["ArnEquals"].(object)["lambda:SourceFunctionArn"].([]any) {
		_, name, _ := strings.Cut(fmt.Sprint(arn.(object)["Fn::Sub"]), ":function:${AWS::StackName}-")
		whose = append(whose, name)
	}
	slices.Sort(whose)
	if diff := cmp.Diff(callers(t), whose); diff != "" {
		t.Errorf("whose code is denied (-want +got):\n%s", diff)
	}
}
