//! What lies on other machines.

super::codes! {
    1801 REMOTE_NOT_ALLOWED "a URL where nothing may be fetched" {
        "An entry is a URL, and this build is to stay on this machine.",
"resources:
- https://example.com/shop/base?ref=v1",
        "Copy what is there to this machine, with `kbuild localize` for a whole kustomization, and name the copy."
    }
    1802 CLONE_FAILED "a repository that cannot be cloned" {
        "git was run to get a repository, and failed. The message holds what git said: the host does not answer, the repository or the revision is not there, or it asks for a password.",
"resources:
- https://example.com/shop.git//base?ref=v9",
        "Try `git clone` with the same URL. Credentials are git's own business; a repository that takes long gets more time with ?timeout=120s."
    }
    1803 NO_GIT "git is not there" {
        "Repositories are cloned by the program git, and there is none.",
"resources:
- https://example.com/shop.git//base?ref=v1",
        "Install git, and see that the PATH leads to it."
    }
    1804 FETCH_FAILED "a URL that cannot be read" {
        "The file behind a URL cannot be fetched: no answer comes, or one that says that there is nothing.",
"resources:
- https://example.com/manifests/deployment.yaml",
        "Open the URL by other means. A folder of a repository is written as repository//folder?ref=revision."
    }
    1805 NO_FOLDER_IN_REPOSITORY "a folder that the repository does not have" {
        "The repository is there and has no such folder at this revision.",
"resources:
- https://example.com/shop.git//bsae?ref=v1",
        "Mind the spelling behind the double slash, and the revision."
    }
    1806 OUTSIDE_REPOSITORY "a path that leads out of its repository" {
        "A kustomization in a cloned repository names a folder outside of it, or one by a link that leads out. Such a folder would be one of this machine.",
"# in a repository
resources:
- ../../../somewhere/else",
        "Name folders within the repository, or others by their URL."
    }
    1807 NOT_A_REPOSITORY "a URL that is not that of a repository" {
        "The entry has to be a folder or a repository. It looks like a URL, and not like that of a repository.",
"components:
- ftp://example.com/shop",
        "Write it as https://host/path/to/repository//folder?ref=revision."
    }
}
