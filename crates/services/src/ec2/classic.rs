//! The EC2 operations from before 2016, whose records show names of an interface that is older than the queries.

/// Operations whose records are in the older form. Sorted.
const CLASSIC: &[&str] = &[
    "AcceptVpcPeeringConnection",
    "AllocateAddress",
    "AssignPrivateIpAddresses",
    "AssociateAddress",
    "AssociateDhcpOptions",
    "AssociateRouteTable",
    "AttachClassicLinkVpc",
    "AttachInternetGateway",
    "AttachNetworkInterface",
    "AttachVolume",
    "AttachVpnGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "BundleInstance",
    "CancelBundleTask",
    "CancelConversionTask",
    "CancelExportTask",
    "CancelReservedInstancesListing",
    "CancelSpotInstanceRequests",
    "ConfirmProductInstance",
    "CopyImage",
    "CopySnapshot",
    "CreateCustomerGateway",
    "CreateDhcpOptions",
    "CreateImage",
    "CreateInstanceExportTask",
    "CreateInternetGateway",
    "CreateKeyPair",
    "CreateNetworkAcl",
    "CreateNetworkAclEntry",
    "CreateNetworkInterface",
    "CreatePlacementGroup",
    "CreateReservedInstancesListing",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSnapshot",
    "CreateSpotDatafeedSubscription",
    "CreateSubnet",
    "CreateTags",
    "CreateVolume",
    "CreateVpc",
    "CreateVpcPeeringConnection",
    "CreateVpnConnection",
    "CreateVpnConnectionRoute",
    "CreateVpnGateway",
    "DeleteCustomerGateway",
    "DeleteDhcpOptions",
    "DeleteInternetGateway",
    "DeleteKeyPair",
    "DeleteNetworkAcl",
    "DeleteNetworkAclEntry",
    "DeleteNetworkInterface",
    "DeletePlacementGroup",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSnapshot",
    "DeleteSpotDatafeedSubscription",
    "DeleteSubnet",
    "DeleteTags",
    "DeleteVolume",
    "DeleteVpc",
    "DeleteVpcPeeringConnection",
    "DeleteVpnConnection",
    "DeleteVpnConnectionRoute",
    "DeleteVpnGateway",
    "DeregisterImage",
    "DescribeAccountAttributes",
    "DescribeAddresses",
    "DescribeAvailabilityZones",
    "DescribeBundleTasks",
    "DescribeClassicLinkInstances",
    "DescribeConversionTasks",
    "DescribeCustomerGateways",
    "DescribeDhcpOptions",
    "DescribeExportTasks",
    "DescribeImageAttribute",
    "DescribeImages",
    "DescribeInstanceAttribute",
    "DescribeInstanceStatus",
    "DescribeInstances",
    "DescribeInternetGateways",
    "DescribeKeyPairs",
    "DescribeNetworkAcls",
    "DescribeNetworkInterfaceAttribute",
    "DescribeNetworkInterfaces",
    "DescribePlacementGroups",
    "DescribeRegions",
    "DescribeReservedInstances",
    "DescribeReservedInstancesListings",
    "DescribeReservedInstancesModifications",
    "DescribeReservedInstancesOfferings",
    "DescribeRouteTables",
    "DescribeSecurityGroups",
    "DescribeSnapshotAttribute",
    "DescribeSnapshots",
    "DescribeSpotDatafeedSubscription",
    "DescribeSpotInstanceRequests",
    "DescribeSpotPriceHistory",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumeAttribute",
    "DescribeVolumeStatus",
    "DescribeVolumes",
    "DescribeVpcAttribute",
    "DescribeVpcClassicLink",
    "DescribeVpcPeeringConnections",
    "DescribeVpcs",
    "DescribeVpnConnections",
    "DescribeVpnGateways",
    "DetachClassicLinkVpc",
    "DetachInternetGateway",
    "DetachNetworkInterface",
    "DetachVolume",
    "DetachVpnGateway",
    "DisableVgwRoutePropagation",
    "DisableVpcClassicLink",
    "DisassociateAddress",
    "DisassociateRouteTable",
    "EnableVgwRoutePropagation",
    "EnableVolumeIO",
    "EnableVpcClassicLink",
    "GetConsoleOutput",
    "GetPasswordData",
    "ImportImage",
    "ImportInstance",
    "ImportKeyPair",
    "ImportSnapshot",
    "ImportVolume",
    "ModifyImageAttribute",
    "ModifyInstanceAttribute",
    "ModifyNetworkInterfaceAttribute",
    "ModifyReservedInstances",
    "ModifySnapshotAttribute",
    "ModifySubnetAttribute",
    "ModifyVolumeAttribute",
    "ModifyVpcAttribute",
    "MonitorInstances",
    "PurchaseReservedInstancesOffering",
    "RebootInstances",
    "RegisterImage",
    "RejectVpcPeeringConnection",
    "ReleaseAddress",
    "ReplaceNetworkAclAssociation",
    "ReplaceNetworkAclEntry",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "ReportInstanceStatus",
    "RequestSpotInstances",
    "ResetImageAttribute",
    "ResetInstanceAttribute",
    "ResetNetworkInterfaceAttribute",
    "ResetSnapshotAttribute",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RunInstances",
    "StartInstances",
    "StopInstances",
    "TerminateInstances",
    "UnassignPrivateIpAddresses",
    "UnmonitorInstances",
];

/// Lists of requests, what records call them and what a plain element is called in them.
const LISTS: &[(&str, &str, &str)] = &[
    ("AllocationIds", "allocationIdsSet", "allocationId"),
    ("AttributeNames", "accountAttributeNameSet", "attributeName"),
    ("BlockDeviceMappings", "blockDeviceMapping", "item"),
    ("BundleIds", "bundleTasksSet", "bundleId"),
    ("ConversionTaskIds", "conversionTaskIdSet", "conversionTaskId"),
    ("CustomerGatewayIds", "customerGatewaySet", "customerGatewayId"),
    ("DhcpConfigurations", "dhcpConfigurationSet", "item"),
    ("DhcpOptionsIds", "dhcpOptionsSet", "dhcpOptionsId"),
    ("ExecutableUsers", "executableBySet", "user"),
    ("Filters", "filterSet", "item"),
    ("GroupIds", "securityGroupIdSet", "groupId"),
    ("GroupNames", "securityGroupSet", "groupName"),
    ("Groups", "groupSet", "groupId"),
    ("ImageIds", "imagesSet", "imageId"),
    ("InstanceIds", "instancesSet", "instanceId"),
    ("InternetGatewayIds", "internetGatewayIdSet", "internetGatewayId"),
    ("IpPermissions", "ipPermissions", "item"),
    ("KeyNames", "keySet", "keyName"),
    ("KeyPairIds", "keyPairIdSet", "keyPairId"),
    ("NetworkAclIds", "networkAclIdSet", "networkAclId"),
    ("NetworkInterfaceIds", "networkInterfaceIdSet", "networkInterfaceId"),
    ("NetworkInterfaces", "networkInterfaceSet", "item"),
    ("OwnerIds", "ownersSet", "owner"),
    ("Owners", "ownersSet", "owner"),
    ("PrivateIpAddresses", "privateIpAddressesSet", "privateIpAddress"),
    ("PublicIps", "publicIpsSet", "publicIp"),
    ("RegionNames", "regionSet", "regionName"),
    ("Resources", "resourcesSet", "resourceId"),
    ("RestorableByUserIds", "sharedUsersSet", "user"),
    ("RouteTableIds", "routeTableIdSet", "routeTableId"),
    ("SecurityGroupIds", "groupSet", "groupId"),
    ("SecurityGroups", "groupSet", "groupName"),
    ("SnapshotIds", "snapshotSet", "snapshotId"),
    ("SpotInstanceRequestIds", "spotInstanceRequestIdSet", "spotInstanceRequestId"),
    ("SubnetIds", "subnetSet", "subnetId"),
    ("TagSpecifications", "tagSpecificationSet", "item"),
    ("Tags", "tagSet", "item"),
    ("Values", "valueSet", "value"),
    ("VolumeIds", "volumeSet", "volumeId"),
    ("VpcIds", "vpcSet", "vpcId"),
    ("VpcPeeringConnectionIds", "vpcPeeringConnectionIdSet", "vpcPeeringConnectionId"),
    ("VpnConnectionIds", "vpnConnectionSet", "vpnConnectionId"),
    ("VpnGatewayIds", "vpnGatewaySet", "vpnGatewayId"),
    ("ZoneIds", "availabilityZoneIdSet", "zoneId"),
    ("ZoneNames", "availabilityZoneSet", "zoneName"),
];

/// Lists that are called otherwise in one operation.
const LISTS_OF_OPERATIONS: &[(&str, &str, &str)] = &[
    ("DescribePlacementGroups", "GroupIds", "placementGroupIdSet"),
    ("DescribePlacementGroups", "GroupNames", "placementGroupSet"),
];

/// Single members that are called otherwise in one operation.
const SCALARS: &[(&str, &str, &str)] = &[
    ("CreateNetworkAclEntry", "Protocol", "aclProtocol"),
    ("ReplaceNetworkAclEntry", "Protocol", "aclProtocol"),
    ("CreateNetworkAclEntry", "IcmpTypeCode", "icmpTypeCode"),
    ("ReplaceNetworkAclEntry", "IcmpTypeCode", "icmpTypeCode"),
    ("CreateSecurityGroup", "Description", "groupDescription"),
    ("CreateVolume", "AvailabilityZone", "zone"),
    ("ModifyImageAttribute", "Attribute", "attributeType"),
    ("ModifySnapshotAttribute", "Attribute", "attributeType"),
    ("RegisterImage", "SriovNetSupport", "sriovNetSupport"),
];

/// Numbers that records show as text.
const TEXTS: &[(&str, &str)] = &[("CreateVolume", "Size")];

/// Lists that records show empty where nothing was sent.
const SHOWN_EMPTY: &[(&str, &str)] = &[
    ("AuthorizeSecurityGroupEgress", "IpPermissions"),
    ("AuthorizeSecurityGroupIngress", "IpPermissions"),
    ("RevokeSecurityGroupEgress", "IpPermissions"),
    ("RevokeSecurityGroupIngress", "IpPermissions"),
];

/// Lists whose elements show every list that they may have, empty where nothing was sent.
const WITH_EMPTY_LISTS: &[&str] = &["IpPermissions"];

/// Whether the records of an operation are in the older form.
pub(crate) fn is_classic(operation: &str) -> bool {
    CLASSIC.binary_search(&operation).is_ok()
}

/// Whether a single member is shown as text, whatever it is.
pub(super) fn is_text(operation: &str, member: &str) -> bool {
    TEXTS.contains(&(operation, member))
}

/// Whether a list at the top of a request is shown where nothing was sent. What describes shows them all.
pub(super) fn is_shown_empty(operation: &str, member: &str) -> bool {
    operation.starts_with("Describe") || SHOWN_EMPTY.contains(&(operation, member))
}

/// Whether the elements of a list show every list that they may have.
pub(super) fn has_empty_lists(member: &str) -> bool {
    WITH_EMPTY_LISTS.contains(&member)
}

/// What a list at the top of a request is called.
pub(super) fn list_name(operation: &str, member: &str) -> String {
    let of_operation = LISTS_OF_OPERATIONS.iter().find(|(of, name, _)| *of == operation && *name == member);
    let of_all = LISTS.iter().find(|(name, _, _)| *name == member);
    let known = of_operation.map(|(_, _, record)| *record).or(of_all.map(|(_, record, _)| *record));
    known.map_or_else(|| format!("{}Set", crate::render::lower_first(member.trim_end_matches('s'))), str::to_owned)
}

/// What a plain element of a list is called.
pub(super) fn element_name(member: &str) -> String {
    let known = LISTS.iter().find(|(name, _, _)| *name == member).map(|(_, _, element)| (*element).to_owned());
    known.unwrap_or_else(|| crate::render::lower_first(member.trim_end_matches('s')))
}

/// What a single member is called, where it is called otherwise.
pub(super) fn scalar_name(operation: &str, member: &str) -> Option<&'static str> {
    SCALARS.iter().find(|(of, name, _)| *of == operation && *name == member).map(|(_, _, record)| *record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tables;

    #[test]
    fn the_classic_operations_are_sorted_and_in_the_tables() {
        assert!(CLASSIC.is_sorted());
        let model = tables::named("ec2").unwrap().model();
        let gone: Vec<_> = CLASSIC.iter().filter(|name| model.operation(name).is_none()).collect();
        assert!(gone.is_empty(), "{gone:?}");
        for (operation, member) in TEXTS.iter().chain(SHOWN_EMPTY) {
            let members = model.members(model.operation(operation).unwrap().input);
            assert!(members.iter().any(|known| known.name == *member), "{operation} {member}");
        }
    }
}
