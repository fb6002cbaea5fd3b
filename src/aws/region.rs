//! The region that the user's AWS profile names.

use aws_config::meta::region::ProvideRegion as _;
use aws_config::profile::ProfileFileRegionProvider;

/// The region of `profile` (or the default one) in the shared AWS files. Reads files, sends nothing.
pub async fn of_profile(profile: Option<&str>) -> Option<String> {
    let mut provider = ProfileFileRegionProvider::builder();
    if let Some(profile) = profile {
        provider = provider.profile_name(profile);
    }
    let region = provider.build().region().await?;
    Some(region.as_ref().to_owned())
}
