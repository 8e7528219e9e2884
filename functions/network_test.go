package functions

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// routes are what leads out of a subnet: destinations and targets, without the table.
func routes(s *stack, subnet string) []object {
	var table string
	for _, name := range s.of("AWS::EC2::SubnetRouteTableAssociation") {
		if target(s.property(name, "SubnetId")) == subnet {
			table = target(s.property(name, "RouteTableId"))
		}
	}
	var out []object
	for _, name := range s.of("AWS::EC2::Route") {
		route := maps.Clone(s.resources[name]["Properties"].(object))
		if target(route["RouteTableId"]) == table {
			delete(route, "RouteTableId")
			out = append(out, route)
		}
	}
	return out
}

// TestTheOnlyWayOutIsTheNATGateway: any other would be another address.
func TestTheOnlyWayOutIsTheNATGateway(t *testing.T) {
	s := deploy(t, anAddress)
	zones := map[string]bool{}
	for _, subnet := range []string{"PrivateSubnetA", "PrivateSubnetB"} {
		want := []object{{"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": ref("WayOut")}}
		if diff := cmp.Diff(want, routes(s, subnet)); diff != "" {
			t.Errorf("routes of %s (-want +got):\n%s", subnet, diff)
		}
		if got := s.property(subnet, "MapPublicIpOnLaunch"); got != "false" {
			t.Errorf("%s: public addresses: got %v, want false", subnet, got)
		}
		zones[fmt.Sprint(s.property(subnet, "AvailabilityZone"))] = true
	}
	if len(zones) != 2 {
		t.Errorf("got private subnets in %d zones, want 2", len(zones))
	}
	if got := s.of("AWS::EC2::NatGateway"); len(got) != 1 {
		t.Errorf("got the NAT gateways %v, want one, whose address is told", got)
	}
	home := target(s.property("WayOut", "SubnetId"))
	want := []object{{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": ref("Gateway")}}
	if diff := cmp.Diff(want, routes(s, home)); diff != "" {
		t.Errorf("routes of the NAT gateway's own subnet %s (-want +got):\n%s", home, diff)
	}
}

// TestTheNetworkHasNoIPv6: WeCom is told an IPv4 address, and IPv6 goes around a NAT
// gateway.
func TestTheNetworkHasNoIPv6(t *testing.T) {
	s := deploy(t, anAddress)
	for _, kind := range []string{"AWS::EC2::EgressOnlyInternetGateway", "AWS::EC2::VPCCidrBlock"} {
		if got := s.of(kind); len(got) > 0 {
			t.Errorf("got %v", got)
		}
	}
	for _, name := range s.of("AWS::EC2::*") {
		for property := range s.resources[name]["Properties"].(object) {
			if strings.Contains(property, "Ipv6") {
				t.Errorf("%s has %s", name, property)
			}
		}
	}
}

func TestNothingComesInAndOnlyHTTPSGoesOut(t *testing.T) {
	s := deploy(t, anAddress)
	if got := s.property("Callers", "SecurityGroupIngress"); got != nil {
		t.Errorf("got ingress %v, want none", got)
	}
	if got := s.of("AWS::EC2::SecurityGroup?*"); len(got) > 0 {
		t.Errorf("got rules beside the group: %v", got)
	}
	want := []any{object{"IpProtocol": "tcp", "FromPort": "443", "ToPort": "443", "CidrIp": "0.0.0.0/0", "Description": "Channels and AWS"}}
	// An empty list would be the rule that a group has by default: everything out.
	if diff := cmp.Diff(any(want), s.property("Callers", "SecurityGroupEgress")); diff != "" {
		t.Errorf("egress (-want +got):\n%s", diff)
	}
}

// TestTheTablesTrafficPaysNoNATGateway, and the endpoint leads to no other table.
func TestTheTablesTrafficPaysNoNATGateway(t *testing.T) {
	s := deploy(t, anAddress)
	want := object{
		"VpcId": ref("Network"), "VpcEndpointType": "Gateway", "ServiceName": object{"Fn::Sub": "com.amazonaws.${AWS::Region}.dynamodb"},
		"RouteTableIds": []any{ref("PrivateRoutesA"), ref("PrivateRoutesB")},
		"PolicyDocument": object{"Version": "2012-10-17", "Statement": []any{object{
			"Sid": "OurTable", "Effect": "Allow", "Principal": "*", "Action": "dynamodb:*", "Resource": object{"Fn::GetAtt": "Table.Arn"},
		}}},
	}
	if diff := cmp.Diff(any(want), s.resources["TableEndpoint"]["Properties"]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTheAddressOutlivesItsStack: it stands in WeCom's console.
func TestTheAddressOutlivesItsStack(t *testing.T) {
	s := deploy(t, anAddress)
	address := s.resources["Address"]
	if got := address["DeletionPolicy"]; got != "RetainExceptOnCreate" {
		t.Errorf("when it is deleted: got %v, want RetainExceptOnCreate", got)
	}
	if got := address["UpdateReplacePolicy"]; got != "Retain" {
		t.Errorf("when it is replaced: got %v, want Retain", got)
	}
	// What would change the address if it changed: nothing but the gateway's attachment.
	mentions(address, func(name string) {
		if !strings.HasPrefix(name, "AWS::") {
			t.Errorf("the address refers to %s", name)
		}
	})
	if diff := cmp.Diff([]string{"GatewayAttachment"}, list(address["DependsOn"])); diff != "" {
		t.Errorf("the address depends on (-want +got):\n%s", diff)
	}
}

func TestTheAddressIsMadeOrBroughtAlong(t *testing.T) {
	for _, c := range []struct {
		name       string
		answers    map[string]string
		made       []string
		used, told any
	}{
		{"made", anAddress, []string{"Address"}, object{"Fn::GetAtt": "Address.AllocationId"}, ref("Address")},
		{"brought along", broughtIt, nil, ref("FixedAddressId"), ref("FixedAddressId")},
	} {
		s := deploy(t, c.answers)
		output, _ := s.outputs["WeComAddress"].(object)
		got := []any{s.of("AWS::EC2::EIP"), s.property("WayOut", "AllocationId"), output["Value"]}
		if diff := cmp.Diff([]any{c.made, c.used, c.told}, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if words := fmt.Sprint(output["Description"]); !strings.Contains(words, "企业可信IP") {
			t.Errorf("%s: the output does not say where the address goes: %s", c.name, words)
		}
	}
}

// TestFunctionsMoveInLastAndOutFirst: CloudFormation makes first what a resource depends
// on, and deletes it last. A function must not start before the way out is there, and
// Lambda needs its rights until it has removed the network interfaces.
func TestFunctionsMoveInLastAndOutFirst(t *testing.T) {
	s := deploy(t, anAddress)
	before := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if before[name] || s.resources[name] == nil {
			return
		}
		before[name] = true
		mentions(s.resources[name], follow)
		for _, other := range list(s.resources[name]["DependsOn"]) {
			follow(other)
		}
	}
	follow("Callers")
	want := append(s.of("AWS::EC2::*"), s.of("AWS::IAM::Policy")...)
	for _, name := range want {
		if !before[name] {
			t.Errorf("the functions may be moved in before %s is there", name)
		}
	}
	if names := slices.Sorted(maps.Keys(before)); slices.Contains(names, "DeskFunction") || slices.Contains(names, "AdminFunction") {
		t.Errorf("the way out waits for the functions: %v", names)
	}
}
