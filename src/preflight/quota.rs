//! `quota`: whether Fargate's limit of vCPUs lets this task run at all.

use futures_util::future::{FutureExt as _, join_all};

use super::definition::size::units;
use super::group::{About, Beyond, Definite, Group, Look};
use super::looked::could_not;
use crate::model::account::quota::Quota;
use crate::model::finding::Finding;
use crate::ports::CallError;

const NAME: &str = "quota";

/// The code of Service Quotas for Fargate.
const SERVICE: &str = "fargate";

/// CPU units of one vCPU.
const VCPU: f64 = 1_024.0;

pub(super) const GROUP: Group = Group {
    checks: &[About {
        name: NAME,
        looks_at: "whether the account's limit of Fargate vCPUs is large enough for this task",
        permissions: &[
            "servicequotas:GetServiceQuota",
            "servicequotas:GetAWSDefaultServiceQuota",
        ],
        causes: &["vcpu-quota-reached"],
    }],
    look: Look::Beyond(|definite, beyond| look(definite, beyond).boxed()),
};

/// One of Fargate's kinds of capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Capacity {
    is: &'static str,
    /// The code of its quota, as Service Quotas lists it.
    code: &'static str,
}

const ON_DEMAND: Capacity = Capacity {
    is: "Fargate On-Demand",
    code: "L-3032A538",
};

const SPOT: Capacity = Capacity {
    is: "Fargate Spot",
    code: "L-36FBB829",
};

async fn look(definite: &Definite<'_>, beyond: &Beyond) -> Vec<Finding> {
    let (capacities, units) = match wanted(definite) {
        Ok(wanted) => wanted,
        Err(finding) => return vec![finding],
    };
    let quotas = capacities
        .iter()
        .map(|capacity| beyond.quotas.quota(SERVICE, capacity.code));
    let quotas = capacities.iter().copied().zip(join_all(quotas).await);
    judge(&definite.subject.region, units, quotas.collect())
}

/// What is asked for, and how many CPU units of it; or why there is nothing to look at.
fn wanted(definite: &Definite<'_>) -> Result<(Vec<Capacity>, u32), Finding> {
    let request = &definite.subject.request;
    let capacities = match request.launch_type.as_deref() {
        Some("FARGATE") => vec![ON_DEMAND],
        Some(_) => Vec::new(),
        None if request.capacity_provider_strategy.is_empty() => {
            return Err(Finding::skip(
                NAME,
                "neither a launch type nor a capacity provider is asked for: the cluster's default decides which limit counts",
            ));
        }
        None => {
            let providers = request.capacity_provider_strategy.iter();
            // With neither weight nor base a provider gets no task.
            let mut found: Vec<_> = providers
                .filter(|it| it.weight > 0 || it.base > 0)
                .filter_map(|it| match &*it.capacity_provider {
                    "FARGATE" => Some(ON_DEMAND),
                    "FARGATE_SPOT" => Some(SPOT),
                    _ => None,
                })
                .collect();
            found.dedup();
            found
        }
    };
    if capacities.is_empty() {
        return Err(Finding::skip(
            NAME,
            "the task does not run on Fargate, and no other limit is looked at",
        ));
    }
    let cpu = request.overrides.cpu.as_ref();
    let cpu = cpu.or(definite.definition.cpu.as_ref());
    match cpu.and_then(|cpu| units(cpu)) {
        Some(units) => Ok((capacities, units)),
        None => Err(Finding::skip(
            NAME,
            "the definition does not tell how many CPU units the task takes",
        )),
    }
}

fn judge(
    region: &str,
    units: u32,
    quotas: Vec<(Capacity, Result<Option<Quota>, CallError>)>,
) -> Vec<Finding> {
    let vcpus = f64::from(units) / VCPU;
    let mut findings = Vec::new();
    let mut enough = Vec::new();
    for (capacity, quota) in quotas {
        let is = capacity.is;
        match quota {
            Ok(Some(quota)) if quota.limit < vcpus => {
                findings.push(too_low(region, capacity, quota, vcpus));
            }
            Ok(Some(quota)) => {
                let whose = if quota.is_own { "" } else { ", AWS's default" };
                let limit = quota.limit;
                enough.push(format!("{is} may use {limit} vCPU{whose}"));
            }
            Ok(None) => findings.push(Finding::skip(
                NAME,
                format!("Service Quotas knows no limit of {is} in {region}"),
            )),
            Err(error) => {
                findings.push(could_not(NAME, &format!("the limit of {is}"), &error));
            }
        }
    }
    if findings.is_empty() {
        let enough = enough.join("; ");
        findings.push(Finding::pass(
            NAME,
            format!("{enough}; this task takes {vcpus}; what is in use now was not counted"),
        ));
    }
    findings
}

fn too_low(region: &str, capacity: Capacity, quota: Quota, vcpus: f64) -> Finding {
    let (is, code, limit) = (capacity.is, capacity.code, quota.limit);
    let desired = vcpus.ceil();
    Finding::fail(
        NAME,
        format!("{is} may use {limit} vCPU in {region}, and this task alone takes {vcpus}"),
    )
    .because("vcpu-quota-reached")
    .hinted(format!(
        "aws service-quotas request-service-quota-increase --service-code {SERVICE} --quota-code {code} --desired-value {desired} --region {region}; or a smaller size with --cpu"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::finding::Verdict;
    use crate::model::request::{CapacityProvider, RunTaskRequest};
    use crate::ports::CallErrorKind;
    use crate::preflight::group::tests::subject;

    fn wanted_of(
        change: impl FnOnce(&mut RunTaskRequest),
    ) -> Result<(Vec<Capacity>, u32), Finding> {
        let mut subject = subject();
        change(&mut subject.request);
        wanted(&Definite {
            subject: &subject,
            definition: subject.definition.as_ref().expect("one"),
        })
    }

    fn provider(name: &str, weight: i32) -> CapacityProvider {
        CapacityProvider {
            capacity_provider: name.into(),
            weight,
            base: 0,
        }
    }

    #[test]
    fn what_is_asked_for() {
        assert_eq!(wanted_of(|_| ()), Ok((vec![ON_DEMAND], 256)));
        let own = wanted_of(|request| request.overrides.cpu = Some("2 vCPU".into()));
        assert_eq!(own, Ok((vec![ON_DEMAND], 2_048)));
        let spot = wanted_of(|request| {
            request.launch_type = None;
            request.capacity_provider_strategy =
                vec![provider("FARGATE_SPOT", 1), provider("FARGATE", 0)];
        });
        assert_eq!(spot, Ok((vec![SPOT], 256)));
        for nothing in [
            wanted_of(|request| request.launch_type = Some("EC2".into())),
            wanted_of(|request| request.launch_type = None),
        ] {
            assert_eq!(nothing.map_err(|it| it.verdict), Err(Verdict::Skip));
        }
    }

    #[test]
    fn enough_or_not() {
        let own = |limit| Quota {
            limit,
            is_own: true,
        };
        let judged = |quota| judge("us-east-1", 4_096, vec![(ON_DEMAND, quota)]);
        let findings = judged(Ok(Some(own(4.0))));
        assert_eq!(
            (findings[0].verdict, &*findings[0].message),
            (
                Verdict::Pass,
                "Fargate On-Demand may use 4 vCPU; this task takes 4; what is in use now was not counted"
            )
        );
        let findings = judged(Ok(Some(own(3.0))));
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].cause, Some("vcpu-quota-reached"));
        assert_eq!(
            findings[0].hint.as_deref(),
            Some(
                "aws service-quotas request-service-quota-increase --service-code fargate --quota-code L-3032A538 --desired-value 4 --region us-east-1; or a smaller size with --cpu"
            )
        );
        let denied = CallError {
            operation: "servicequotas:GetServiceQuota",
            kind: CallErrorKind::Denied,
            code: None,
            message: "no".into(),
        };
        for skipped in [judged(Ok(None)), judged(Err(denied))] {
            assert_eq!(skipped.len(), 1);
            assert_eq!(skipped[0].verdict, Verdict::Skip);
        }
    }

    #[test]
    fn one_of_two_limits_is_too_low() {
        let quota = |limit| {
            Ok(Some(Quota {
                limit,
                is_own: false,
            }))
        };
        let findings = judge(
            "us-east-1",
            512,
            vec![(ON_DEMAND, quota(6.0)), (SPOT, quota(0.25))],
        );
        assert_eq!(findings.len(), 1);
        assert_eq!(
            findings[0].message,
            "Fargate Spot may use 0.25 vCPU in us-east-1, and this task alone takes 0.5"
        );
    }
}
